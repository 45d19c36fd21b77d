set variable correction_shapes = ['sex', 'age', 'day', 'commune'];

-- Since when each commune transmits electronically, in a made-up epidemic: most for long, some since a day of the span,
-- some until one, some never.
create or replace table transmitting as
with drawn as (
    select distinct
        com,
        hash(hash(getvariable('seed')::bigint, 'insee_deces', com)) as h,
        getvariable('last_day') - getvariable('first_day') + 1 as days
    from places
)

select
    com,
    case
        when uniform(h, 'kind') < getvariable('on_paper') then null
        when occurs(h, 'begins', getvariable('begins')) then getvariable('first_day') + pick(h, 'begins_on', days)
        else date '2010-01-01' + pick(h, 'since', 1500)
    end as begins_on,
    case when occurs(h, 'stops', getvariable('stops')) then getvariable('first_day') + pick(h, 'stops_on', days) end
        as stops_on
from drawn;

-- Communes of each département by whether they transmit, when a truth says how many deaths are of the one kind and of the
-- other: the largest one transmits, of the others three in five; all are of a kind of which there would be none.
create or replace table choices as
with communes_of as (
    select
        dep,
        com,
        sum(population) as population
    from places
    group by dep, com
),

told as (
    select
        *,
        pick(hash(com), 'kind', 5) < 3 or row_number() over (partition by dep order by population desc, com) = 1 as transmits
    from communes_of
),

kinds as (
    select
        told.*,
        kind.is_electronic
    from told
    cross join (values (true), (false)) as kind (is_electronic)
    qualify
        told.transmits = kind.is_electronic
        or not bool_or(told.transmits = kind.is_electronic) over (partition by told.dep, kind.is_electronic)
)

select
    dep,
    is_electronic,
    com,
    (sum(population) over communes - population) / sum(population) over (partition by dep, is_electronic) as share_from
from kinds
window communes as (partition by dep, is_electronic order by com rows unbounded preceding);
