{{ config(materialized='table') }}

-- Every IRIS with the places that contain it.
with int_referential__places as (

    select
        iris.iris,
        iris.com,
        communes.epci,
        metropoles.epci as metropole,
        departements.dep,
        departements.reg,
        iris.is_synthetic,
        iris.population,
        iris.population_vintage
    from {{ ref('int_referential__iris') }} as iris
    left join {{ ref('communes') }} as communes on iris.com = communes.com
    left join {{ ref('metropoles') }} as metropoles on communes.epci = metropoles.epci
    -- By its code: a landed list may hold communes that have since been merged into others.
    inner join {{ ref('departements') }} as departements
        on {{ departement_of('iris.com') }} = departements.dep

)

select * from int_referential__places
