-- A made-up network: as many plants as the analyses asked for need, each sampled on its own weekday of most weeks.
create or replace table drawn as
with weeks as (
    select day::date as monday
    from (
        select unnest(generate_series(getvariable('first_day'), getvariable('last_day'), interval 1 day)) as day
    )
    where isodow(day) = 1
),

plants as (
    select
        numbers.number,
        hash(hash(getvariable('seed')::bigint, 'sumeau', numbers.number)) as plant_key,
        coalesce(named_plants.plant, 'Station ' || numbers.number) as plant,
        coalesce(
            named_plants.dep,
            getvariable('dep_codes')[1 + pick(hash(hash(numbers.number)), 'dep', len(getvariable('dep_codes')))]
        ) as dep
    from (
        select unnest(range(1, 1 + greatest(
            1, round(getvariable('analyses') / greatest(1, (select count(*) from weeks)))
        )::bigint)) as number
    ) as numbers
    positional join named_plants
    where numbers.number is not null
)

select
    hash(hash(plants.plant_key, weeks.monday, samples.sample)) as h,
    plants.plant_key,
    plants.plant,
    plants.dep,
    weeks.monday + pick(plants.plant_key, 'weekday', 3) + samples.sample * 2 as day
from plants
cross join weeks
cross join (select unnest([0, 1]) as sample) as samples
where
    weeks.monday + pick(plants.plant_key, 'weekday', 3) + samples.sample * 2 <= getvariable('last_day')
    and not occurs(hash(hash(plants.plant_key, weeks.monday)), 'missed', getvariable('missed'))
    and (
        samples.sample = 0
        or occurs(hash(hash(plants.plant_key, weeks.monday)), 'sampled_twice', getvariable('sampled_twice'))
    );
