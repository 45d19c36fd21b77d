-- The injections that alone give the counts. What belongs to the person (home, age, sex, target group) is drawn from the
-- person, so that several injections of one agree.
create or replace table core as
with described as (
    select
        drawn.*,
        case
            when drawn.age = 'unknown' then null
            when drawn.age <> 'any'
                then classes.age_from + pick(drawn.person, 'age', classes.age_to - classes.age_from + 1)
            when occurs(drawn.person, 'unknown_age', getvariable('unknown_age')) then null
            else 3 + floor(95 * power(uniform(drawn.person, 'age'), 0.9))::integer
        end as years,
        case
            when drawn.sex = '1' then 'H'
            when drawn.sex = '2' then 'F'
            when drawn.sex = 'unknown' or occurs(drawn.person, 'unknown_sex', getvariable('unknown_sex')) then null
            when uniform(drawn.person, 'sex') < 0.52 then 'F'
            else 'H'
        end as sexe,
        case
            when drawn.product = 'unknown' then null
            when drawn.product <> 'any' then drawn.product
            when drawn.is_bivalent then bivalent_product(drawn.h)
            else product_of(drawn.h, drawn.day)
        end as vaccin,
        case
            when drawn.geo_level = 'FRA' and occurs(drawn.person, 'unknown_place', getvariable('unknown_place')) then null
            else intervals.slot_from
                + floor((intervals.slot_to - intervals.slot_from) * uniform(drawn.person, 'home'))::integer
        end as slot
    from drawn
    inner join intervals on drawn.geo_level = intervals.geo_level and drawn.geo_code = intervals.geo_code
    left join vacsi_classes as classes on drawn.age = classes.code
),

located as (
    select
        described.* exclude (slot),
        slots.dep,
        slots.com,
        case
            when slots.dep is null or occurs(described.h, 'away', 0.08)
                then getvariable('dep_codes')[1 + pick(described.h, 'away_place', len(getvariable('dep_codes')))]
            else slots.dep
        end as injected_in,
        case
            when described.years >= 65 and uniform(described.person, 'group') < 0.15 then 'RESIDENT'
            when described.years between 18 and 64
                then
                    case
                        when uniform(described.person, 'group') < 0.04 then 'PROFESSIONNEL'
                        when uniform(described.person, 'group') < 0.06 then 'LIBERAL'
                        when uniform(described.person, 'group') < 0.1 then 'SOIGNANT'
                    end
        end as target_group
    from described
    left join slots on described.slot = slots.slot
)

select
    located.h,
    located.person,
    located.day,
    true as is_stable,
    1 as version,
    'new' as nature,
    case
        when located.dose < 5 or not occurs(located.h, 'unknown_rank', getvariable('unknown_rank')) then located.dose
    end as dose,
    located.vaccin,
    located.is_complete,
    located.booster,
    located.years,
    located.sexe,
    located.dep,
    located.com,
    located.injected_in,
    centre_of(located.h, located.injected_in) as centre,
    located.target_group,
    calendar.received_on
from located
inner join calendar
    on calendar.day = located.day + arrival_delay(uniform(located.h, 'arrival'), getvariable('late'));
