-- The events in use of each stay: the state in which each leaves the patient (a unit, or how the stay ended), until
-- which day, and what it counts for. A stay counts once in each flow: by its first admission, its first entry in
-- critical care (a transfer in continues the care given elsewhere) and its first exit.
with sequences as (

    select
        *,
        event in ('admission', 'transfer_in', 'unit_change') as is_present,
        event in ('admission', 'unit_change') and unit = 'critical' as is_critical_entry
    from {{ ref('int_hospital__sequences') }}
    where verdict = 'in_use'

),

int_hospital__steps as (

    select
        * exclude (is_critical_entry),
        case when is_present then unit else event end as state,
        lead(occurred_on) over (partition by sign, stay_key order by step) as until_on,
        event = 'admission'
        and row_number() over (partition by sign, stay_key, event order by step) = 1 as is_admission,
        is_critical_entry
        and row_number() over (partition by sign, stay_key, is_critical_entry order by step) = 1
            as is_critical_admission,
        not is_present
        and row_number() over (partition by sign, stay_key, is_present order by step) = 1 as is_first_exit
    from sequences

)

select * from int_hospital__steps
