-- Every commune with what contains it: its EPCI, and the part of a département, inside or outside of a métropole, of
-- which the counts follow from what is published exactly. Those of a commune that is alone in its part would be known.
with int_referential__nesting as (

    select
        communes.com,
        communes.epci,
        communes.dep,
        communes.dep || coalesce('-' || metropoles.epci, '') as part,
        metropoles.epci is not null as is_metropole,
        count(*) over (partition by communes.dep) = 1 as is_departement,
        count(*) over (partition by part) = 1 and not is_departement as is_alone
    from {{ ref('communes') }} as communes
    left join {{ ref('metropoles') }} as metropoles on communes.epci = metropoles.epci

)

select * from int_referential__nesting
