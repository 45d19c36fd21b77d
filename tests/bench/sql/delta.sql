-- One day's delivery on top of the history: 94.5 % of rows sampled in the last five days, 5 % late by up to sixty days,
-- 0.5 % corrections of the `correctable` last records of the history. Variables: rows (of the history), days, first_day,
-- delta (rows of the delivery), correctable, received_on, seed.
create or replace temp table asked as
with numbered as (

    select
        number,
        hash(number, getvariable('seed'), 'delta') as draw,
        case when number % 200 = 7 then 'correction' when number % 20 = 3 then 'late' else 'fresh' end as kind
    from range(getvariable('delta')) as numbers (number)

),

drawn as (

    select
        kind,
        draw,
        case
            when kind = 'correction'
                then getvariable('rows')::bigint - 1 - (draw % getvariable('correctable')::ubigint)::bigint
            else getvariable('rows')::bigint + number
        end as record
    from numbered

)

select
    record,
    case when kind = 'correction' then 2 else 1 end as version,
    case when kind = 'correction' then 'correction' else 'new' end as nature,
    case kind
        when 'correction'
            then getvariable('first_day')::date + (record * getvariable('days') // getvariable('rows'))::integer
        when 'late' then getvariable('received_on')::date - 5 - (draw % least(56, getvariable('days')))::integer
        else getvariable('received_on')::date - (draw % 5)::integer
    end as sampled_on
from drawn;
