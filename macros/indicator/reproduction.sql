{#
  The effective reproduction number from daily counts: the method of Cori (Cori, Ferguson, Fraser, Cauchemez, Am J
  Epidemiol 2013;178:1505-1512) over seven days, on the centred seven-day mean of the counts. With the serial interval of
  the seed `serial_interval` (gamma, mean 7, standard deviation 5.2 days: settings of this project, no text of the agency
  gives them) and the prior of the method (gamma, mean and standard deviation 5), the number of a day has a gamma law of
  shape 1 + cases and rate 1/5 + infection pressure. Value: its mean. Interval: its quantiles at 2.5 and 97.5 %, by Wilson
  and Hilferty (PNAS 1931;17:684-688). None where the seven days have fewer than 11 cases, below which the coefficient of
  variation passes 0.3 (same article), and none before the history holds a whole serial interval.
#}

{#
  The figures of an indicator that is a reproduction number, of France and régions, by day (`rolling7`). `figure` is a count
  of the theme by day. Numerator: cases of seven days; denominator: the infection pressure on them. It is provisional as
  long as the three days after it are, of which its mean is made.
#}
{% macro reproduction_of(theme, indicator, name, figure) -%}
    select
        {{ indicator_keys(name) }},
        {{ figures_of(
            indicator, 'cases', 'pressure', 'shape / rate', gamma_quantile('shape', '-') ~ ' / rate',
            gamma_quantile('shape', '+') ~ ' / rate'
        ) }}
    from (
        select
            *,
            case when cases >= 11 then 1 + cases end as shape,
            0.2 + pressure as rate
        from ({{ pressed_windows(theme, figure) }}) as windows
    ) as posterior
    where {{ in_breakdowns(indicator) }}
{%- endmacro %}


{# Days with the smoothed count: the mean of seven days around, where all seven are known. #}
{% macro smoothed_days(theme, figure) -%}
            select * exclude (known)
            from (
                select
                    geo_level,
                    geo_code,
                    period_end,
                    (avg({{ figure }}) over around)::decimal(18, 6) as smoothed,
                    last(status) over around as status,
                    count(*) over around as known
                from {{ ref(model_of(theme, 'cube')) }}
                where geo_level in ('FRA', 'REG') and period = 'day' and sex = 'all' and age_scheme = 'all'
                window around as (
                    partition by geo_level, geo_code order by period_end rows between 3 preceding and 3 following
                )
            ) as days
            where known = 7
{%- endmacro %}


{#
  Seven days of smoothed counts and of the infection pressure on them: what each earlier day weighs by the serial interval.
#}
{% macro pressed_windows(theme, figure) -%}
    select
        geo_level,
        geo_code,
        'rolling7' as period,
        period_end - 6 as period_start,
        period_end,
        'all' as sex,
        'all' as age_scheme,
        'all' as age_class,
        status,
        sum(smoothed) over seven as cases,
        (sum(pressure) over seven)::double as pressure
    from (
        select
            days.*,
            pressed.pressure
        from ({{ smoothed_days(theme, figure) }}) as days
        inner join (
            select
                earlier.geo_level,
                earlier.geo_code,
                earlier.period_end + serial_interval.days as period_end,
                {{ exact_sum('earlier.smoothed * serial_interval.weight', 9) }} as pressure,
                count(*) as known
            from ({{ smoothed_days(theme, figure) }}) as earlier
            cross join {{ ref('serial_interval') }} as serial_interval
            group by all
        ) as pressed
            on
                days.geo_level = pressed.geo_level
                and days.geo_code = pressed.geo_code
                and days.period_end = pressed.period_end
        where pressed.known = (select count(*) from {{ ref('serial_interval') }})
    ) as pressed_days
    window seven as (partition by geo_level, geo_code order by period_end rows between 6 preceding and current row)
    qualify count(*) over seven = 7
{%- endmacro %}


{# The quantile at 2.5 % (`-`) or 97.5 % (`+`) of a gamma law of `shape` and scale 1. #}
{% macro gamma_quantile(shape, side) -%}
    ({{ shape }} * power(1 - 1.0 / (9 * {{ shape }}) {{ side }} 1.959964 / (3 * sqrt({{ shape }})), 3))
{%- endmacro %}


{# The `reach` of a reproduction number: the mean of seven days around, and the serial interval of 28 days. #}
{% macro reach_of_reproduction() -%}
    {{ return({'before': 31, 'after': 3}) }}
{%- endmacro %}
