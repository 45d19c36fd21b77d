-- What became of each version of the results received more than once: used, deduplicated (the same again), superseded
-- (replaced by another) or deleted (what holds withdraws the result).
with reissued as (

    select reissued.*
    from {{ ref('int_testing__reissued') }} as reissued
    anti join {{ ref('int_testing__rows_to_erase') }} as erased
        on
            reissued.delivery = erased.delivery and reissued.line = erased.line
            and erased.side = 'raw'
    where reissued.delivery not in (select delivery from {{ ref('int_testing__withdrawn_deliveries') }})

),

int_testing__fates as (

    {{ fates_of_versions('reissued', 'result_key', 'laboratory', [
        'record_kind', 'sampled_at', 'result_delay_hours', 'analysis', 'result', 'sex', 'age', 'dep', 'com', 'iris',
        'symptoms', 'onset_delay_days', 'target_a', 'target_b', 'target_c', 'target_d', 'suspected_variant'
    ]) }}

)

select * from int_testing__fates
