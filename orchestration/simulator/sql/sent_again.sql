-- The lines of `records`: once, or several times when a record is corrected, deleted or re-sent. What is wrong in the
-- first version of a corrected record is the view `wrong` of the feed.
create or replace view planned as
select
    *,
    kind in ('deletion', 'withdrawal') as is_deleted,
    is_corrected(kind, is_stable, nature, r) as is_corrected,
    correction_shape(r) as correction_shape,
    known_by(day, received_on) as known_on
from records;

create or replace view sent_again as
select
    planned.*,
    calendar.received_on as later_on,
    occurs(planned.r, 'out_of_order', getvariable('out_of_order')) as is_out_of_order
from planned
inner join calendar
    on
        calendar.day = least(
            planned.received_on
            + case
                when getvariable('imposed_arrival') then 0
                else floor(16 * power(uniform(planned.r, 'correction_delay'), 3))::integer
            end,
            getvariable('last_receipt')
        )
where planned.is_corrected or planned.is_deleted;
