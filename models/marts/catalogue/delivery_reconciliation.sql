-- One row per delivered file of every feed: where each of its rows ended. Received = used + deduplicated + superseded +
-- deleted + quarantined + erased + withdrawn + blank, always.
{{ config(materialized='table') }}

with delivery_reconciliation as (

    {{ accounts_of_themes([
        'int_landing__erasure_account', 'int_referential__population_account',
        'int_referential__insee_population_account', 'int_referential__insee_iris_account',
        'int_referential__contours_account'
    ]) }}

)

select * from delivery_reconciliation
