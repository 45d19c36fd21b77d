-- The places below the département at which anyone was counted in the days that the published windows need, each once,
-- however often it was counted, with its IRIS, commune and EPCI.
-- depends_on: {{ ref('int_testing__calendar') }}
{{ config(materialized='table') }}

with counted as (

    select distinct place from {{ ref('int_testing__accumulated') }}
    where
        cell_level = 'local'
        and sampled_on > {{ last_day_of('int_testing__calendar') }} - {{ var('local_history_days') }} - 6

),

int_testing__counted_places as (

    select
        counted.place,
        coalesce(iris.iris, 'unknown') as iris,
        coalesce(communes.com, 'unknown') as com,
        coalesce(communes.epci, 'unknown') as epci
    from counted
    left join {{ ref('int_referential__places') }} as iris on counted.place = iris.iris
    left join {{ ref('commune_arrondissements') }} as arrondissements on counted.place[:5] = arrondissements.arr
    left join {{ ref('communes') }} as communes
        on coalesce(arrondissements.com, counted.place[:5]) = communes.com

)

select * from int_testing__counted_places
