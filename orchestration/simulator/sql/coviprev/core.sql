-- The answer sheets that alone give the estimates. The quotas know sex, age and région also where the sheet does not.
create or replace table core as
with described as (
    select
        drawn.*,
        case when uniform(drawn.person, 'sex') < 0.52 then 'F' else 'H' end as quota_sex,
        18 + floor(72 * power(uniform(drawn.person, 'age'), 1.2))::integer as quota_years,
        departements.reg as quota_reg,
        0.97 - 0.02 * least(drawn.wave, 20) as zeal
    from drawn
    inner join slots on slots.slot = floor(1048576 * uniform(drawn.person, 'home'))::integer
    inner join departements on slots.dep = departements.dep
),

answers as (
    select
        *,
        quota_sex || quota_age(quota_years) || '-' || quota_reg as stratum,
        case when not occurs(h, 'unknown_sex', getvariable('unknown_sex')) then quota_sex end as sexe,
        case when not occurs(h, 'unknown_age', getvariable('unknown_age')) then quota_years end as years,
        case when not occurs(h, 'unknown_place', getvariable('unknown_place')) then quota_reg end as reg,
        case
            when not occurs(h, 'no_weight', getvariable('no_weight'))
                then (0.35 + 2 * power(uniform(h, 'weight'), 2))::decimal(9, 4)
        end as weight,
        answered(h, 'anxiety', floor(22 * power(uniform(h, 'anxiety'), 1.4 + (quota_sex = 'H')::integer))::integer)
            as anxiety,
        answered(h, 'depression', floor(22 * power(uniform(h, 'depression'), 2))::integer) as depression,
        answered(h, 'sleep', case when uniform(h, 'sleep') < 0.5 + quota_years / 500 then 'O' else 'N' end) as sleep,
        answered(h, 'satisfaction', 10 - floor(11 * power(uniform(h, 'satisfaction'), 2.5))::integer) as satisfaction,
        answered(h, 'vaccine', case when uniform(h, 'vaccine') < quota_years / 90 then 'O' else 'N' end) as vaccine,
        answered(h, 'hands', adoption(h, 'hands', zeal - 0.1)) as hands,
        answered(h, 'elbow', adoption(h, 'elbow', zeal - 0.25)) as elbow,
        answered(h, 'tissue', adoption(h, 'tissue', zeal - 0.35)) as tissue,
        answered(h, 'greeting', adoption(h, 'greeting', zeal)) as greeting,
        answered(h, 'distance', adoption(h, 'distance', zeal - 0.2)) as distance,
        answered(h, 'outings', adoption(h, 'outings', zeal - 0.3)) as outings,
        answered(h, 'gatherings', adoption(h, 'gatherings', zeal - 0.1)) as gatherings,
        answered(h, 'mask', adoption(h, 'mask', 0.2 + 0.04 * least(wave, 18))) as mask
    from described
)

select
    answers.* exclude (quota_sex, quota_years, quota_reg, zeal),
    true as is_stable,
    1 as version,
    'new' as nature,
    calendar.received_on
from answers
inner join calendar on calendar.day = answers.day + arrival_delay(uniform(answers.h, 'arrival'), getvariable('late'));
