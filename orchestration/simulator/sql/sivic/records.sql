-- Everything that is sent beside the core and must not change the counts, in its final state, and the records of
-- the core that are sent more than once.
create or replace table records as
-- The same event under another identifier.
with double_event as (
    select
        'double_event' as kind,
        seeded(h, 'double_event_record') as r,
        *
    from core
    where occurs(h, 'double_event', getvariable('double_event'))
),

-- A discharge or a death dated before the stay began: impossible, to be left out.
exit_before_entry as (
    select
        'exit_before_entry' as kind,
        seeded(h, 'exit_before_entry_record') as r,
        * replace (
            case when pick(h, 'exit_before_entry_type', 3) = 0 then 'DECES' else 'RETOUR_DOMICILE' end as type,
            null as unit,
            greatest(occurred_minute - 600 - pick(h, 'exit_before_entry_minute', 6000), 1) as occurred_minute
        )
    from core
    where step = 1 and occurs(h, 'exit_before_entry', getvariable('exit_before_entry'))
),

-- An end declared of a patient who is still there, then deleted.
deletion as (
    select
        'deletion' as kind,
        seeded(h, 'deletion_record') as r,
        * replace (
            case when pick(h, 'deletion_type', 3) = 0 then 'DECES' else 'RETOUR_DOMICILE' end as type,
            null as unit,
            declared_minute as occurred_minute
        )
    from core
    where step <= 4 and occurs(h, 'deletion', getvariable('deletion'))
),

-- A patient who turns out to be negative: all events of the stay are sent, then deleted.
withdrawal as (
    select
        'withdrawal' as kind,
        seeded(h, 'withdrawal_record') as r,
        * replace (seeded(stay, 'withdrawal_stay') as stay, seeded(stay, 'withdrawal_person') as person)
    from core
    where occurs(stay, 'withdrawal', getvariable('withdrawal'))
),

bad_row as (
    select
        'bad_row' as kind,
        seeded(h, 'bad_row_record') as r,
        * replace (seeded(h, 'bad_row_stay') as stay, seeded(h, 'bad_row_person') as person)
    from core
    where occurs(h, 'bad_row', getvariable('bad_row'))
)

select * from base_records
union all
select * from double_event
union all
select * from exit_before_entry
union all
select * from deletion
union all
select * from withdrawal
union all
select * from bad_row;
