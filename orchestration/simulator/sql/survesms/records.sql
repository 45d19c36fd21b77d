-- Everything that is sent beside the core, in its final state, and the records of the core that are sent more than once.
create or replace table records as
-- The same episode declared again under another identifier, report by report: nothing more is counted.
with twice as (
    select
        'twice' as kind,
        seeded(h, 'twice_record') as r,
        * replace (seeded(episode, 'declared_again') as declaration, minute + 2 as minute)
    from core
    where signs_on is not null and occurs(episode, 'twice', getvariable('twice'))
),

-- A report without a count, a minute after another one.
blank as (
    select
        'blank' as kind,
        seeded(h, 'blank_record') as r,
        * replace (
            minute + 1 as minute,
            case when stage = 'INITIAL' then 'SUIVI' else stage end as stage,
            null as residents,
            null as staff,
            null as residents_confirmed,
            null as residents_possible,
            null as staff_confirmed,
            null as staff_possible,
            null as deaths_home,
            null as deaths_hospital
        )
    from core
    where occurs(h, 'blank', getvariable('blank'))
)

select * from base_records
union all
select * from twice
union all
select * from blank
union all
select * from deleted_records
union all
select * from bad_row_records;
