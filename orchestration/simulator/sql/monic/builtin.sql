-- A made-up epidemic: clusters reported on the days of the span.
create or replace table described as
with drawn as (
    select
        hash(hash(getvariable('seed')::bigint, 'monic', number)) as h
    from (select unnest(range(getvariable('clusters')::bigint)) as number)
)

select
    h,
    getvariable('first_day')
        + floor((getvariable('last_day') - getvariable('first_day') + 1) * uniform(h, 'day'))::integer as day,
    (select min_by(kind, share) from place_kinds where share > uniform(h, 'kind')) as kind,
    criticality_of(h, 'criticality') as criticality,
    case
        when occurs(h, 'small', getvariable('small')) then pick(h, 'cases', 3)
        else 3 + floor(60 * power(uniform(h, 'cases'), 5))::integer
    end as cases,
    4 + floor(36 * power(uniform(h, 'lasts'), 1.5))::integer as days,
    occurs(h, 'reopened', getvariable('reopened')) as is_reopened,
    floor(1048576 * uniform(h, 'place'))::integer as slot
from drawn;
