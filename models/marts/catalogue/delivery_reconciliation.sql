-- One row per delivered file of every feed: where each of its rows ended. Received = used + deduplicated + superseded +
-- deleted + quarantined + erased + withdrawn + blank, always.
{{ config(materialized='table') }}

with delivery_reconciliation as (

    select * from {{ ref('int_testing__account') }}
    union all by name
    select * from {{ ref('int_hospital__account') }}
    union all by name
    select * from {{ ref('int_landing__erasure_account') }}
    union all by name
    select * from {{ ref('int_referential__population_account') }}
    union all by name
    select * from {{ ref('int_referential__insee_population_account') }}
    union all by name
    select * from {{ ref('int_referential__insee_iris_account') }}

)

select * from delivery_reconciliation
