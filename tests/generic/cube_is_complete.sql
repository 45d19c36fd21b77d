{#
  Days of a cube on which a cell is missing or stands twice: each day from the first to the last one, or each week, has every
  place with every sex and every class of age that any day has, the total of all ages among them. A zero is a row; a row that
  is not there would be published as nothing at all.
#}
{% test cube_is_complete(model, theme) %}

{%- set theme = themes(theme) | first %}
{%- set step = 7 if theme.get('periods') == ['week'] else 1 %}
with days as (

    select
        period_end,
        count(*) as cells,
        count_if(geo_level = 'FRA' and sex = 'all' and age_scheme = 'all' and age_class = 'all') as totals
    from {{ model }}
    group by period_end

),

wanted as (

    select
        unnest(generate_series(min(period_end), max(period_end), interval {{ step }} day))::date as period_end,
        count(distinct (geo_level, geo_code)) * count(distinct sex) * count(distinct (age_scheme, age_class)) as cells
    from {{ model }}

)

select
    period_end,
    days.cells,
    wanted.cells as cells_wanted
from wanted
full join days using (period_end)
where days.cells is distinct from wanted.cells or days.totals is distinct from 1

{% endtest %}
