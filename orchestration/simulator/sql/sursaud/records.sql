-- Everything that is sent beside the core and must not change the counts, in its final state, and the records of
-- the core that are sent more than once.
create or replace table records as
-- Never coded: by the sender of the département that codes nothing, where there is one.
with uncoded as (
    select
        'uncoded' as kind,
        seeded(core.h, 'uncoded_record') as r,
        core.* replace (coalesce(never_coding.sender, core.sender) as sender, false as is_coded)
    from core
    left join never_coding on core.dep = never_coding.dep
    where occurs(core.h, 'uncoded', getvariable('uncoded'))
)

select * from base_records
union all
select * from uncoded
union all
select * from deleted_records
union all
select * from bad_row_records;
