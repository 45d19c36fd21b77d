{#
  Rates and their 95 % confidence intervals, as SQL expressions in DOUBLE; NULL where the denominator is NULL or zero.
  The quantile of the normal law is 1.959964. What they are given may be any expression, and stands in brackets.
#}

{# Rate per 100,000: `events` and `population` are SQL numbers. #}
{% macro rate_per_100k(events, population) -%}
    1e5 * ({{ events }}) / nullif({{ population }}, 0)
{%- endmacro %}


{# Percentage of `whole` that `part` makes. #}
{% macro percentage(part, whole) -%}
    100.0 * ({{ part }}) / nullif({{ whole }}, 0)
{%- endmacro %}


{#
  A figure with the two decimals of the official files. They round halves to even: 3 positives in 480 tested are
  published as 0.62 %.
#}
{% macro official_rounding(figure) -%}
    round_even({{ figure }}, 2)
{%- endmacro %}


{#
  Lower bound of a Poisson count, Byar's approximation to the exact interval (Breslow and Day, Statistical methods in
  cancer research II, IARC 1987, p. 69). Zero when the count is zero.
#}
{% macro count_low(events) -%}
    case
        when ({{ events }}) > 0
            then ({{ events }}) * power(1 - 1.0 / (9 * ({{ events }})) - 1.959964 / (3 * sqrt({{ events }})), 3)
        else 0.0
    end
{%- endmacro %}


{# Upper bound of a Poisson count, Byar's approximation: the same with one more event. #}
{% macro count_high(events) -%}
    (({{ events }}) + 1) * power(1 - 1.0 / (9 * (({{ events }}) + 1)) + 1.959964 / (3 * sqrt(({{ events }}) + 1)), 3)
{%- endmacro %}


{#
  Bound of a percentage, Wilson's score interval without continuity correction (Wilson, JASA 1927;22:209-212). `side` is
  '-' for the lower bound, '+' for the upper one.
#}
{% macro percentage_bound(part, whole, side) -%}
    case
        when ({{ whole }}) > 0
            then least(100.0, greatest(0.0, 100 * (
                ({{ part }}) + 1.959964 * 1.959964 / 2
                {{ side }} 1.959964 * sqrt(
                    ({{ part }}) * (({{ whole }}) - ({{ part }})) / ({{ whole }}) + 1.959964 * 1.959964 / 4
                )
            ) / (({{ whole }}) + 1.959964 * 1.959964)))
    end
{%- endmacro %}


{#
  A sum that is the same in whatever order the rows come: terms are taken to `scale` decimals and added as decimals.
  Added as doubles, the last digit would differ from run to run, and files made again from the same rows with it.
#}
{% macro exact_sum(expression, scale=18) -%}
    sum(({{ expression }})::decimal(38, {{ scale }}))
{%- endmacro %}
