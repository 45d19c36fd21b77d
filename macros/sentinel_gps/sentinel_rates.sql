{# A declaration of an indicator of the sentinel GPs, in the short form: France and régions by week, in one file. #}
{% macro sentinel_indicator(name, declared) -%}
    {%- set breakdown = {'geo': ['FRA', 'REG'], 'period': ['week'], 'sex': ['all'], 'age': ['all']} -%}
    {{ return(indicator_of(sentinel_gps(), name, dict({
        'breakdowns': [breakdown],
        'open_data': [dict(breakdown, name=name | replace('_', '-'))],
        'definition': '2020-03-16',
        'group': 'sentinel gps',
    }, **declared))) }}
{%- endmacro %}


{# The incidence of acute respiratory infections per 100,000, with its interval. #}
{% macro sentinel_incidence_of(indicator, name) -%}
    select
        {{ indicator_keys(name) }},
        {{ figures_of(
            indicator, 'rated', 'covered', '1e5 * rate', sentinel_bound(count_low('rated')),
            sentinel_bound(count_high('rated')), 'population_vintage'
        ) }}
    from {{ ref('int_sentinel_gps__weeks') }}
    where {{ in_breakdowns(indicator) }}
{%- endmacro %}


{# A bound of the rate per 100,000, from that of the number of cases. #}
{% macro sentinel_bound(cases) -%}
    case when rate is not null then 1e5 * (rate + per_case * ({{ cases }} - rated)) end
{%- endmacro %}


{# The share of samples that are positive, in %, with Wilson's interval. #}
{% macro sentinel_positivity_of(indicator, name) -%}
    {%- set given = 'case when samples >= ' ~ var('minimum_samples') ~ ' then samples::double end' -%}
    select
        {{ indicator_keys(name) }},
        {{ figures_of(
            indicator, 'positives', 'samples', percentage('positives', given),
            percentage_bound('positives', given, '-'), percentage_bound('positives', given, '+')
        ) }}
    from {{ ref('int_sentinel_gps__weeks') }}
    where {{ in_breakdowns(indicator) }}
{%- endmacro %}


{#
  The incidence of Covid-19: that of acute respiratory infections times the share p of samples that are positive. Both vary
  independently, so that the variance is rate² var(p) + p² var(rate), with p (1 - p) / n and per case² × cases.
#}
{% macro sentinel_covid_of(indicator, name) -%}
    select
        {{ indicator_keys(name) }},
        null::double as numerator,
        null::double as denominator,
        (1e5 * rate * share)::double as value,
        case when share is not null and rate is not null then greatest(0, 1e5 * (rate * share - margin)) end as ci_low,
        (1e5 * (rate * share + margin))::double as ci_high,
        {{ indicator_status(indicator, 'population_vintage') }}
    from (
        select
            *,
            1.959964 * sqrt(
                power(rate, 2) * share * (1 - share) / samples + power(share * per_case, 2) * rated
            ) as margin
        from (
            select
                *,
                case when samples >= {{ var('minimum_samples') }} then positives / samples end as share
            from {{ ref('int_sentinel_gps__weeks') }}
            where {{ in_breakdowns(indicator) }}
        ) as shares
    ) as factors
{%- endmacro %}
