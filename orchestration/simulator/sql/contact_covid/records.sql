-- Everything that is sent beside the core, in its final state, and the records of the core that are sent more than once.
create or replace table records as
-- What was known of an entry when it first came; now and then that arrives after what became of it.
with first_report as (
    select
        'first_report' as kind,
        h as r,
        core.* replace (
            1 as version,
            'new' as nature,
            null as call_minute,
            null as joint,
            null as became_on,
            case
                when occurs(h, 'out_of_order', getvariable('out_of_order'))
                    then least(received_on + 1 + pick(h, 'first_later', 5), getvariable('last_receipt'))
                else first_received_on
            end as received_on
        )
    from core
    where nature = 'correction'
),

-- The same person named again by the same case: no contact more.
repeat_on as (
    select
        seeded(h, 'repeat_record') as r,
        core.* replace (
            day + 1 as day,
            minute + 1440 as minute,
            1 as version,
            'new' as nature,
            null as call_minute,
            null as joint,
            null as became_on,
            least(received_on + 1 + pick(h, 'repeat_day', 9), getvariable('last_receipt')) as received_on
        )
    from core
    where
        objet = 'CONTACT'
        and day + 1 <= getvariable('last_day')
        and received_on < getvariable('last_receipt')
        and occurs(h, 'repeat', getvariable('repeat'))
),

-- The cases that were merged into another: those under which one of its contacts first came.
merged as (
    select
        'deletion' as kind,
        merged_case(h) as r,
        core.* replace (1 as version, 'new' as nature)
    from core
    where
        objet = 'CAS'
        and not occurs(h, 'deletion', getvariable('deletion'))
        and h in (
            select case_h from core
            where objet = 'CONTACT' and is_corrected('base', is_stable, nature, h) and correction_shape(h) = 'merged'
        )
)

select * from base_records
union all
select * from first_report
union all
select
    'repeat' as kind,
    *
from repeat_on
union all
select * replace (1 as version, 'new' as nature)
from deleted_records
union all
select * from merged
union all
select * replace (1 as version, 'new' as nature)
from bad_row_records;
