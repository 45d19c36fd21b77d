-- Everything that is sent beside the core, in its final state, and the records of the core that are sent more than once.
create or replace table records as
-- What was known of a cluster when it was reported; now and then that arrives after what became of it.
with first_report as (
    select
        'first_report' as kind,
        h as r,
        core.* replace (
            1 as version,
            'new' as nature,
            'INVESTIGATION' as state,
            null as closed_on,
            greatest(cases - pick(h, 'cases_later', 5), least(cases, 3)) as cases,
            case
                when occurs(h, 'out_of_order', getvariable('out_of_order'))
                    then least(received_on + 1 + pick(h, 'first_later', 5), getvariable('last_receipt'))
                else first_received_on
            end as received_on
        )
    from core
    where nature = 'correction'
),

-- The closing of a cluster that was opened again.
closing as (
    select
        'closing' as kind,
        h as r,
        core.* replace (2 as version, 'CLOTURE' as state, closes_on as closed_on, closing_told_on as received_on)
    from core
    where version = 3
)

select * from base_records
union all
select * from first_report
union all
select * from closing
union all
select * replace (1 as version, 'new' as nature)
from deleted_records
union all
select * replace (1 as version, 'new' as nature)
from bad_row_records;
