-- The lines of the core as they are, those of the core and beside it that are sent more than once or spoiled.
create or replace table special_lines as
-- One correction in eight arrives as version 3: a version in between was never sent.
with right_version as (
    select
        * replace (
            case when is_out_of_order then received_on else later_on end as received_on,
            case when pick(r, 'version_gap', 8) = 0 then 3 else 2 end as version,
            case when is_deleted then 'deletion' else 'correction' end as nature
        )
    from sent_again
),

every_line as (
    select * from planned
    where not is_corrected and not is_deleted
    union all
    select * exclude (later_on, is_out_of_order) from wrong
    union all
    select * exclude (later_on, is_out_of_order) from right_version
),

sent_twice as (
    select every_line.* replace (calendar.received_on as received_on)
    from every_line
    inner join calendar
        on
            calendar.day
            = least(every_line.received_on + pick(every_line.r, 'resend_day', 5), getvariable('last_receipt'))
    where
        every_line.kind <> 'bad_row'
        and occurs(xor(every_line.r, every_line.version::ubigint), 'resend', getvariable('resend'))
)

select
    *,
    false as is_resent
from every_line
-- The other lines of the core are taken where they are.
where kind <> 'base' or is_corrected
union all
select
    *,
    true
from sent_twice;

-- All the lines that are sent.
create or replace view lines as
select
    'base' as kind,
    h as r,
    *,
    null::varchar as correction_shape,
    known_by(day, received_on) as known_on,
    false as is_resent,
    false as is_corrected,
    false as is_deleted
from core
where not is_corrected('base', is_stable, nature, h)
union all by name
select * from special_lines;
