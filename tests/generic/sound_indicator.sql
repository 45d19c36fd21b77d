{#
  Rows of an indicator that break what every indicator promises: keys present, a known status, a value exactly where the
  status says so, within its confidence interval and, unless it is `signed`, never below zero. Looks at the last
  `checked_days` days up to the last day of `calendar`, by day, and below the département at all windows: the other periods
  are sums of the same days under the same formula. An indicator that has no days names its `periods`: weeks, waves. Two branches and a
  constant day, so that the windows that are not looked at are not summed.
#}
{% test sound_indicator(model, calendar, periods=['day', 'cumulative'], signed=false) %}

with looked_at as (

    select * from {{ model }}
    where period in ({{ quoted(periods) }}) or period is null
    union all
    select * from {{ model }}
    where period not in ({{ quoted(periods) }}) and geo_level in ('EPCI', 'METRO', 'COM', 'IRIS')

)

select *
from looked_at
where
    period_end > {{ last_day_of(calendar) }} - {{ var('checked_days') }}
    and (
    indicator is null
    or geo_level is null
    or geo_code is null
    or period is null
    or period_start is null
    or period_start > period_end
    or sex is null
    or age_scheme is null
    or age_class is null
    or stratum_scheme is null
    or stratum is null
    or (stratum_scheme = 'all') <> (stratum = 'all')
    or definition is null
    or status is null
    or status not in (
        'final', 'provisional', 'suppressed', 'secondary_suppressed', 'late', 'not_collected', 'not_applicable', 'quarantined'
    )
    or (value is null) <> (status in ('suppressed', 'secondary_suppressed', 'late', 'not_collected', 'not_applicable', 'quarantined'))
    or {{ 'false' if signed else 'value < 0' }}
    or not isfinite(value)
    or value < ci_low - 1e-9 * abs(value) - 1e-9
    or value > ci_high + 1e-9 * abs(value) + 1e-9
    )

{% endtest %}
