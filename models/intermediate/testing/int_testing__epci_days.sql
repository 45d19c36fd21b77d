-- People tested and cases by day in the EPCI that have any, by class of age: what it held plus what the later batches
-- changed. The commune of a place, and so its EPCI, stands in its code.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['sampled_on', 'epci', 'age_class']
) }}

with changes as (

    select * from {{ ref('int_testing__epci_changes') }}

),

held as (

    {{ held(['sampled_on', 'epci', 'age_class']) }}

),

int_testing__epci_days as (

    select
        changes.sampled_on,
        changes.epci,
        changes.age_class,
        {{ held_plus_changes(['tested', 'cases']) }},
        changes.batch
    from changes
    left join held using (sampled_on, epci, age_class)

)

select * from int_testing__epci_days
