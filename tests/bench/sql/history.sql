-- The records of one month of the history: those sampled in it, and corrections of earlier ones, one row in two hundred.
-- Numbers follow the calendar, evenly. Variables: rows (of the whole history), days, first_day, from_day and until_day
-- (offsets of the month's first day and of the day after its last), seed.
create or replace temp table asked as
with bounds as (

    select
        (getvariable('rows')::bigint * getvariable('from_day') // getvariable('days'))::bigint as first_record,
        (getvariable('rows')::bigint * getvariable('until_day') // getvariable('days'))::bigint as next_record

),

numbered as (

    select
        number,
        first_record,
        number % 200 = 7 and first_record > 0 as is_correction
    from bounds, range(first_record, next_record) as numbers (number)

),

drawn as (

    select
        case
            when is_correction then (hash(number, getvariable('seed'), 'corrected') % first_record)::bigint
            else number
        end as record,
        is_correction
    from numbered

)

select
    record,
    case when is_correction then 2 else 1 end as version,
    case when is_correction then 'correction' else 'new' end as nature,
    getvariable('first_day')::date + (record * getvariable('days') // getvariable('rows'))::integer as sampled_on
from drawn;
