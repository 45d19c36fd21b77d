{#
  The first day after more than `days` on which nothing was counted in France, or the world, in a cube by day: none of the `measures`.
  What would be published as zeros in between was never reported. One event dated months before all others is enough for
  that: the delivery that holds it is withdrawn, or corrected by its producer.
#}
{% test no_silence(model, measures, days=28) %}

select
    period_end as first_day,
    lag(period_end) over (order by period_end) as last_day_before
from {{ model }}
where geo_level in ('FRA', 'WORLD') and sex = 'all' and age_scheme = 'all' and greatest({{ measures | join(', ') }}) > 0
qualify first_day - last_day_before > {{ days }}

{% endtest %}
