-- The places where the simulated people live: IRIS repeated in proportion to their population, so that a draw is one
-- look-up of a slot. Variables: seeds (folder of the referential).
create table homes as
with communes as (

    select * from read_csv(
        getvariable('seeds') || '/communes.csv',
        types = {'com': 'varchar', 'dep': 'varchar', 'epci': 'varchar', 'population': 'bigint'}
    )

),

divided as (

    select
        com,
        dep,
        population,
        case when population > 10000 then ceil(population / 2500)::integer else 0 end as parts
    from communes

),

iris as (

    select
        com,
        dep,
        com || lpad(part::varchar, 4, '0') as iris,
        population / greatest(parts, 1) as population
    from divided, unnest(case when parts = 0 then [0] else range(1, parts + 1) end) as numbers (part)

),

slots as (

    select
        com,
        dep,
        iris,
        unnest(range(greatest(1, round(262144 * population / sum(population) over ())::integer)))
    from iris

)

select
    (row_number() over (order by iris) - 1)::bigint as slot,
    com,
    dep,
    iris
from slots;

create table numbers_of_slots as select count(*) as slots from homes;
