-- Everything that is sent beside the core and must not change the counts, in its final state, and the records of
-- the core that are sent more than once.
create or replace table records as
-- Tests beside the retained one on the same day.
with same_day as (
    select
        case
            when not is_case then 'same_day_duplicate'
            when occurs(h, 'antigenic_then_pcr', getvariable('antigenic_then_pcr')) then 'antigenic_then_pcr'
            else 'same_day_negative'
        end as kind,
        seeded(h, 'same_day') as r,
        * replace (
            case
                when is_case and occurs(h, 'antigenic_then_pcr', getvariable('antigenic_then_pcr'))
                    then case when analysis = 'RT-PCR' then 'ANTIGENIQUE' else 'RT-PCR' end
                when pick(h, 'same_day_analysis', 2) = 0 then 'ANTIGENIQUE'
                else 'RT-PCR'
            end as analysis,
            case
                when is_case and occurs(h, 'antigenic_then_pcr', getvariable('antigenic_then_pcr')) then 'P'
                else 'N'
            end as result
        )
    from core
    where
        is_stable
        and (
            (is_case and occurs(h, 'antigenic_then_pcr', getvariable('antigenic_then_pcr')))
            or (is_case and occurs(h, 'same_day_negative', getvariable('same_day_negative')))
            or (not is_case and occurs(h, 'same_day_duplicate', getvariable('same_day_duplicate')))
        )
),

-- The person of a case again positive within 60 days, one time in ten on the very last of them.
repeat_positive as (
    select
        'repeat_positive' as kind,
        seeded(h, 'repeat_positive_record') as r,
        * replace (
            day + case
                when pick(h, 'repeat_positive_limit', 10) = 0 then 60
                else 1 + pick(h, 'repeat_positive_day', 60)
            end as day
        )
    from core
    where is_case and is_stable and occurs(h, 'repeat_positive', getvariable('repeat_positive'))
),

repeat_known as (
    select repeat_positive.* replace (calendar.received_on as received_on)
    from repeat_positive
    inner join calendar
        on calendar.day = beside_day(
            repeat_positive.received_on,
            repeat_positive.day,
            repeat_positive.r,
            lateness(repeat_positive.lab, true)
        )
    where repeat_positive.day <= getvariable('last_day')
),

-- And again within 60 days of that: any positive counts, so it is no case either once the first repeat is known.
chained_positive as (
    select
        'chained_positive' as kind,
        seeded(r, 'chained_positive_record') as r,
        * exclude (kind, r) replace (day + 1 + pick(r, 'chained_positive_day', 60) as day)
    from repeat_known
    where occurs(r, 'chained_positive', getvariable('chained_positive'))
),

negative_after_case as (
    select
        'negative_after_case' as kind,
        seeded(h, 'negative_after_case_record') as r,
        * replace (
            day + case
                when pick(h, 'negative_after_limit', 10) = 0 then 60
                else 1 + pick(h, 'negative_after_day', 60)
            end as day,
            'N' as result
        )
    from core
    where is_case and is_stable and occurs(h, 'negative_after_case', getvariable('negative_after_case'))
),

-- Neither serology nor an inconclusive test is a virological result.
serology as (
    select
        'serology' as kind,
        seeded(h, 'serology_record') as r,
        * replace (
            case when pick(h, 'serology_person', 2) = 0 then person else seeded(h, 'serology_person_key') end
                as person,
            'SEROLOGIE' as analysis,
            case when pick(h, 'serology_result', 4) = 0 then 'P' else 'N' end as result
        )
    from core
    where is_stable and occurs(h, 'serology', getvariable('serology'))
),

inconclusive as (
    select
        'inconclusive' as kind,
        seeded(h, 'inconclusive_record') as r,
        * replace (
            case when pick(h, 'inconclusive_person', 2) = 0 then person else seeded(h, 'inconclusive_key') end
                as person,
            'I' as result
        )
    from core
    where is_stable and occurs(h, 'inconclusive', getvariable('inconclusive'))
),

-- Records that are sent, then deleted: of nobody else, of the same person and day, or of the same person up to
-- 30 days before, where a positive would take the real case away for as long as it stands.
deletion as (
    select
        'deletion' as kind,
        seeded(h, 'deletion_record') as r,
        * replace (
            case when pick(h, 'deletion_shape', 3) = 0 then seeded(h, 'deletion_key') else person end as person,
            case
                when pick(h, 'deletion_shape', 3) = 2
                    then greatest(day - 1 - pick(h, 'deletion_day', 30), getvariable('first_day'))
                else day
            end as day,
            case when pick(h, 'deletion_result', 3) < 2 then 'P' else 'N' end as result
        )
    from core
    where is_stable and occurs(h, 'deletion', getvariable('deletion'))
),

bad_row as (
    select
        'bad_row' as kind,
        seeded(h, 'bad_row_record') as r,
        * replace (seeded(h, 'bad_row_key') as person)
    from core
    where is_stable and occurs(h, 'bad_row', getvariable('bad_row'))
),

beside as (
    select * from same_day
    union all
    select * from repeat_known
    union all
    select * from chained_positive
    union all
    select * from negative_after_case
    union all
    select * from serology
    union all
    select * from inconclusive
    union all
    select * from deletion
    union all
    select * from bad_row
),

-- A record beside the core is never known before the core record it leans on.
beside_timed as (
    select beside.* replace (calendar.received_on as received_on)
    from beside
    inner join calendar
        on calendar.day = beside_day(
            beside.received_on, beside.day, beside.r, lateness(beside.lab, beside.result = 'P')
        )
    where beside.day between getvariable('first_day') and getvariable('last_day')
)

select * from base_records
union all
select * from beside_timed;
