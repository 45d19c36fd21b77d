-- Everything that is sent beside the core and must not change the counts, in its final state, and the records of
-- the core that are sent more than once.
create or replace table records as
with base as (
    select
        'base' as kind,
        h as r,
        *
    from core
    where
        is_corrected('base', is_stable, nature, h)
        or occurs(xor(h, version::ubigint), 'resend', getvariable('resend'))
),

-- Never coded: by the sender of the département that codes nothing, where there is one.
uncoded as (
    select
        'uncoded' as kind,
        seeded(core.h, 'uncoded_record') as r,
        core.* replace (coalesce(never_coding.sender, core.sender) as sender, false as is_coded)
    from core
    left join never_coding on core.dep = never_coding.dep
    where occurs(core.h, 'uncoded', getvariable('uncoded'))
),

-- Sent by mistake, then deleted.
deletion as (
    select
        'deletion' as kind,
        seeded(h, 'deletion_record') as r,
        *
    from core
    where occurs(h, 'deletion', getvariable('deletion'))
),

bad_row as (
    select
        'bad_row' as kind,
        seeded(h, 'bad_row_record') as r,
        *
    from core
    where occurs(h, 'bad_row', getvariable('bad_row'))
)

select * from base
union all
select * from uncoded
union all
select * from deletion
union all
select * from bad_row;
