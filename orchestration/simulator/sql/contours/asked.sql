-- Whole départements, as many as make about the size asked for in features: each commune with its EPCI and its IRIS.
-- Communes of an EPCI follow each other, so that they can be laid side by side.
create or replace table asked as
with running as (
    select
        dep,
        sum(count(*) + count(distinct epci) + sum(greatest(iris_of(population), 1))) over (order by dep) as features
    from communes
    group by dep
)

select
    communes.dep,
    communes.epci::varchar as epci,
    communes.com,
    communes.com_name,
    iris_of(communes.population) as iris
from communes
inner join running on communes.dep = running.dep
where running.features <= getvariable('size') or running.dep = (select min(dep) from communes)
order by communes.dep, communes.epci, communes.com;
