-- What the batches that the EPCI by day have not taken in change in them, classes of age by classes of age.
with epci_of as (

    select com as code, epci from {{ ref('communes') }}
    union all
    select
        arrondissements.arr as code,
        communes.epci
    from {{ ref('commune_arrondissements') }} as arrondissements
    inner join {{ ref('communes') }} as communes on arrondissements.com = communes.com

),

int_testing__epci_changes as (

    select
        changes.day,
        coalesce(epci_of.epci, 'unknown') as epci,
        changes.age_band as age_class,
        sum(changes.tested)::integer as tested,
        sum(changes.cases)::integer as cases,
        max(changes.batch) as batch
    from {{ ref('int_testing__changes') }} as changes
    left join epci_of on changes.place[:5] = epci_of.code
    where changes.cell_level = 'local' and changes.batch > {{ applied_batch('int_testing__epci_days') }}
    group by changes.day, epci_of.epci, changes.age_band

)

select * from int_testing__epci_changes
