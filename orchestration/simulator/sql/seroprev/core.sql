-- The samples that alone give the estimates. The strata know sex, age and région also where the sample does not.
create or replace table core as
with described as (
    select
        drawn.*,
        case when uniform(drawn.person, 'sex') < 0.54 then 'F' else 'H' end as stratum_sex,
        floor(95 * power(uniform(drawn.person, 'age'), 0.9))::integer as stratum_years,
        departements.reg as stratum_reg
    from drawn
    inner join slots on slots.slot = floor(1048576 * uniform(drawn.person, 'home'))::integer
    inner join departements on slots.dep = departements.dep
),

tested as (
    select
        described.* exclude (stratum_sex, stratum_years, stratum_reg),
        stratum_sex || least(stratum_years // 15, 5) || '-' || stratum_reg as stratum,
        case when not occurs(h, 'unknown_sex', getvariable('unknown_sex')) then stratum_sex end as sexe,
        case when not occurs(h, 'unknown_age', getvariable('unknown_age')) then stratum_years end as years,
        case when not occurs(h, 'unknown_place', getvariable('unknown_place')) then stratum_reg end as reg,
        case
            when not occurs(h, 'no_weight', getvariable('no_weight'))
                then (0.3 + 3 * power(uniform(h, 'weight'), 2))::decimal(9, 4)
        end as weight,
        case
            when occurs(h, 'not_tested', getvariable('not_tested')) then null
            when occurs(h, 'indeterminate', getvariable('indeterminate')) then 'I'
            when
                uniform(person, 'antibodies')
                < 0.03 + 0.025 * wave + 0.04 * (stratum_reg in ('11', '44'))::integer - 0.0002 * stratum_years then 'P'
            else 'N'
        end as result
    from described
)

select
    tested.*,
    true as is_stable,
    1 as version,
    'new' as nature,
    calendar.received_on
from tested
inner join calendar on calendar.day = tested.day + arrival_delay(uniform(tested.h, 'arrival'), getvariable('late'));
