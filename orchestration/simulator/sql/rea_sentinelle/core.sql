-- The forms that alone give the counts. A unit is named by its département.
create or replace table core as
with described as (
    select
        drawn.h,
        drawn.day,
        slots.dep,
        'REA' || slots.dep || (1 + pick(drawn.h, 'unit', 2)) as unit,
        case
            when not occurs(drawn.h, 'unknown_age', getvariable('unknown_age'))
                then 18 + floor(77 * power(uniform(drawn.h, 'age'), 0.6))::integer
        end as years,
        case
            when occurs(drawn.h, 'unknown_sex', getvariable('unknown_sex')) then null
            when uniform(drawn.h, 'sex') < 0.31 then 'F'
            else 'H'
        end as sexe
    from drawn
    inner join slots on drawn.slot = slots.slot
)

select
    described.*,
    case
        when not occurs(described.h, 'unknown_severity', getvariable('unknown_severity'))
            then ['ABSENT', 'MINEUR', 'MODERE', 'MODERE', 'SEVERE', 'SEVERE'][1 + pick(described.h, 'severity', 6)]
    end as severity,
    case
        when occurs(described.h, 'unknown_comorbidity', getvariable('unknown_comorbidity')) then null
        when uniform(described.h, 'comorbidity') < 0.55 + coalesce(described.years, 60) / 300 then 'O'
        else 'N'
    end as comorbidity,
    true as is_stable,
    1 as version,
    'new' as nature,
    calendar.received_on
from described
inner join calendar
    on calendar.day = described.day + arrival_delay(uniform(described.h, 'arrival'), getvariable('late'));
