-- What became of each version of the results received more than once: used, deduplicated (the current version again),
-- superseded (an older version) or deleted (the current version withdraws the result).
with reissued as (

    select reissued.*
    from {{ ref('int_testing__reissued') }} as reissued
    anti join {{ ref('int_testing__rows_to_erase') }} as erased
        on
            reissued.delivery = erased.delivery and reissued.line = erased.line
            and erased.side = 'raw'

),

ranked as (

    select
        *,
        row_number() over current_first as rank,
        first_value(record_version) over current_first as current_version,
        first_value(record_kind) over current_first as current_kind
    from reissued
    window current_first as (partition by result_key order by {{ version_order('reissued') }} desc)

),

int_testing__fates as (

    select
        delivery,
        line,
        result_key,
        case
            when current_kind = 'deletion' then 'deleted'
            when rank = 1 then 'used'
            when record_version = current_version then 'deduplicated'
            else 'superseded'
        end as fate
    from ranked

)

select * from int_testing__fates
