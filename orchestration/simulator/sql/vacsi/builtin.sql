-- A made-up campaign: people who come on a day of the span, the later the more, for their first dose, their first
-- or their second booster, and again for what follows where the span is long enough.
create or replace table drawn as
with people as (
    select
        hash(hash(getvariable('seed')::bigint, 'vacsi', number)) as person,
        getvariable('last_day') - getvariable('first_day') + 1 as days
    from (select unnest(range(getvariable('people')::bigint)) as number)
),

begun as (
    select
        person,
        getvariable('first_day') + floor(days * power(uniform(person, 'begins'), 0.6))::integer as first_on,
        case
            when uniform(person, 'stage') < 0.6 then 1
            when uniform(person, 'stage') < 0.85 then 3
            else 4
        end as first_rank,
        occurs(person, 'one_dose', getvariable('one_dose')) as is_one_dose
    from people
),

given_doses as (
    select
        person,
        first_on,
        first_rank,
        is_one_dose,
        unnest(range(first_rank, 7))::integer as dose
    from begun
),

dated as (
    select
        person,
        dose,
        is_one_dose,
        case dose - first_rank
            when 0 then first_on
            when 1 then first_on + 21 + pick(person, 'second', 14)
            else first_on + (dose - first_rank) * 90 + pick(person, 'later', 60)
        end as day
    from given_doses
    where not (is_one_dose and dose = 2)
)

select
    hash(hash(person, dose)) as h,
    person,
    day,
    'FRA' as geo_level,
    'FR' as geo_code,
    'any' as age,
    'any' as sex,
    'any' as product,
    dose,
    dose = case when is_one_dose then 1 else 2 end as is_complete,
    greatest(dose - 2, 0) as booster,
    dose > 2 and day >= date '2022-09-01' and occurs(person, 'bivalent', 0.3) and dose % 2 = 1 as is_bivalent
from dated
where day <= getvariable('last_day');
