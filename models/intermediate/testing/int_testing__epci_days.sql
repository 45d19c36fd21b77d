-- People tested and cases by day in the EPCI that have any, by class of age: what it held plus what the later batches
-- changed. The commune of a place, and so its EPCI, stands in its code.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['day', 'epci', 'age_class']
) }}

with changes as (

    select * from {{ ref('int_testing__epci_changes') }}

),

held as (

    {{ held(['day', 'epci', 'age_class']) }}

),

int_testing__epci_days as (

    select
        changes.day,
        changes.epci,
        changes.age_class,
        {{ held_plus_changes(typed({'tested': none, 'cases': none})) }},
        changes.batch
    from changes
    left join held using (day, epci, age_class)

)

select * from int_testing__epci_days
