-- A made-up epidemic in care homes: episodes that begin on a day of the span, each with a report when it is declared, others
-- every few days, and one at its end; some are opened again. Two episodes are of one establishment, on other days.
create or replace table drawn as
with begun as (
    select
        hash(hash(getvariable('seed')::bigint, 'survesms', number)) as episode,
        hash(hash(getvariable('seed')::bigint, 'home', number // 2)) as establishment,
        number % 2 as parity,
        getvariable('last_day') - getvariable('first_day') + 1 as days
    from (select unnest(range(getvariable('episodes')::bigint)) as number)
),

planned_episodes as (
    select
        *,
        getvariable('first_day') + floor(days * power(uniform(episode, 'begins'), 1.2))::integer as begins_on,
        1 + pick(episode, 'step', 5) as step,
        2 + pick(episode, 'reports', 6) as last_number,
        occurs(episode, 'unclosed', getvariable('unclosed')) as is_unclosed,
        occurs(episode, 'reopened', getvariable('reopened')) as is_reopened,
        30 + pick(episode, 'residents', 90) as residents,
        power(uniform(episode, 'attack'), 2) * 0.6 as attack
    from begun
),

told as (
    select
        *,
        1 + floor(residents * attack)::integer as all_confirmed,
        unnest(range(last_number + 1 + case when is_reopened and not is_unclosed then 2 else 0 end))::integer as number
    from planned_episodes
),

counted as (
    select
        *,
        hash(hash(episode, number)) as h,
        begins_on + number * step as day,
        least(number / last_number, 1.0) as done,
        greatest(number - last_number, 0) as again
    from told
)

select
    h,
    episode,
    establishment,
    parity,
    day,
    number,
    case
        when number = 0 then 'INITIAL'
        when is_unclosed or number < last_number or again = 1 then 'SUIVI'
        else 'CLOTURE'
    end as stage,
    residents,
    residents - pick(episode, 'staff', 20) as staff,
    floor(all_confirmed * done)::integer + again
    + case
        when occurs(h, 'fall', getvariable('fall')) and number < last_number then 1 + pick(h, 'too_many', 9) else 0
    end as residents_confirmed,
    floor(all_confirmed * 0.4 * (1 - done))::integer as residents_possible,
    floor(all_confirmed * 0.5 * uniform(episode, 'staff_cases') * done)::integer as staff_confirmed,
    floor(all_confirmed * 0.2 * (1 - done))::integer as staff_possible,
    floor(all_confirmed * 0.25 * uniform(episode, 'deaths') * done)::integer
    + case
        when occurs(h, 'fall', getvariable('fall')) and number < last_number and pick(h, 'dead_too', 2) = 0 then 1 else 0
    end as deaths_home,
    floor(all_confirmed * 0.15 * uniform(episode, 'hospital') * done)::integer as deaths_hospital
from counted
where day <= getvariable('last_day');
