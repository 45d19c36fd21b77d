-- The lines of `records`: once, or several times when a record is corrected, deleted or re-sent.
create or replace table special_lines as
with planned as (
    select
        *,
        kind = 'deletion' as is_deleted,
        is_corrected(kind, is_stable, nature, r) as is_corrected,
        case pick(r, 'correction_shape', 6)
            when 0 then 'result'
            when 1 then 'place'
            when 2 then 'age'
            when 3 then 'sex'
            when 4 then 'day'
            else 'person'
        end as correction_shape,
        known_by(day, received_on) as known_on
    from records
),

sent_again as (
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
    where planned.is_corrected or planned.is_deleted
),

single as (
    select * from planned
    where not is_corrected and not is_deleted
),

-- Version 1 of a corrected record: wrong in one thing.
wrong as (
    select
        * replace (
            case when is_out_of_order then later_on else received_on end as received_on,
            case
                when is_corrected and correction_shape = 'result'
                    then
                        case
                            when pick(r, 'wrong_result', 8) = 0 then 'I'
                            when result = 'P' then 'N'
                            else 'P'
                        end
                else result
            end as result,
            case
                when is_corrected and correction_shape = 'place' and pick(r, 'wrong_place', 3) > 0
                    then
                        getvariable('dep_codes')[1 + pick(r, 'wrong_place_code', len(getvariable('dep_codes')))]
                when is_corrected and correction_shape = 'place' then null
                else dep
            end as dep,
            case when is_corrected and correction_shape = 'place' then null else com end as com,
            case when is_corrected and correction_shape = 'place' then null else iris end as iris,
            case
                when is_corrected and correction_shape = 'age' and pick(r, 'wrong_age', 3) = 0 then null
                when is_corrected and correction_shape = 'age' then pick(r, 'wrong_age_years', 100)::smallint
                else years
            end as years,
            case
                when is_corrected and correction_shape = 'sex'
                    then case when sexe = 'F' then 'H' when sexe = 'H' then null else 'F' end
                else sexe
            end as sexe,
            case
                when is_corrected and correction_shape = 'day'
                    then greatest(day - 1 - pick(r, 'wrong_day', 3), getvariable('first_day'))
                else day
            end as day,
            case
                when is_corrected and correction_shape = 'person' then seeded(r, 'wrong_person') else person
            end as person
        )
    from sent_again
),

-- One correction in eight arrives as version 3: a version in between was never sent.
right_version as (
    select
        * replace (
            case when is_out_of_order then received_on else later_on end as received_on,
            case when pick(r, 'version_gap', 8) = 0 then 3 else 2 end as version,
            case when is_deleted then 'deletion' else 'correction' end as nature
        )
    from sent_again
),

every_line as (
    select * from single
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
    * exclude (is_reinfection, is_before_case, is_repeat, is_stable),
    null::varchar as correction_shape,
    known_by(day, received_on) as known_on,
    false as is_resent
from core
where not is_corrected('base', is_stable, nature, h)
union all by name
select * exclude (is_reinfection, is_before_case, is_repeat, is_stable, is_deleted, is_corrected)
from special_lines;
