{#
  Estimates of a stratified sample with weights, from sums by stratum: the weighted mean of a domain (both sexes or one, an
  age, a région) as a ratio of two totals, and its standard error by Taylor linearisation, respondents drawn with
  replacement within strata. With y the answer, w the weight, R = sum wy / sum w over those of the domain who answered, and
  z = w (y - R) / sum w for them and 0 for the rest of the sample, the variance is the sum over the strata of

      n / (n - 1) × (sum z² - (sum z)² / n)

  where n is all of the stratum, whatever they answered and whether they are of the domain. Both sums of z are made of the
  five sums that stand in the cells. A stratum with one respondent brings z²: it is centred on the whole sample, of which
  the mean of z is zero.

  `sums` has by `keys` and stratum the sums of the theme and `n`; gives by `keys` the answers, the mean, its error.
#}
{% macro survey_estimates(sums, keys) -%}
    {%- set by = keys | join(', ') -%}
    select
        {{ by }},
        sum(answers)::integer as answers,
        any_value(mean) as mean,
        sqrt(greatest(0, {{ exact_sum(
            'case when n > 1 then n / (n - 1) * (squares - total * total / n) else squares end'
        ) }}))::double / {{ exact_sum('w', 4) }}::double as standard_error
    from (
        select
            *,
            wwyy - 2 * mean * wwy + mean * mean * ww as squares,
            wy - mean * w as total
        from (
            select
                {{ by }},
                answers,
                n::double as n,
                {%- for sum in ['w', 'wy', 'ww', 'wwy', 'wwyy'] %}
                {{ sum }}::double as {{ sum }},
                {%- endfor %}
                (sum(wy) over domains)::double / (sum(w) over domains)::double as mean
            from {{ sums }}
            where answers > 0
            window domains as (partition by {{ by }})
        ) as means
    ) as linearised
    group by {{ by }}
{%- endmacro %}


{#
  A declaration of an indicator of a survey, of CoviPrev unless said, in the short form: by wave, France by sex or by age,
  and the régions; no cross of two, for which a wave has too few answers.
#}
{% macro survey_indicator(name, declared, theme=none) -%}
    {%- set theme = theme or surveys() -%}
    {%- set stem = name | replace('_', '-') -%}
    {%- set sexes, ages = sexes_of(theme), theme.indicators.age -%}
    {%- set by_sex = {'geo': ['FRA'], 'period': ['wave'], 'sex': sexes, 'age': ['all']} -%}
    {%- set by_age = {'geo': ['FRA'], 'period': ['wave'], 'sex': ['all'], 'age': ages} -%}
    {%- set by_region = {'geo': ['REG'], 'period': ['wave'], 'sex': ['all'], 'age': ['all']} -%}
    {{ return(indicator_of(theme, name, dict({
        'breakdowns': [by_sex, by_age, by_region],
        'open_data': [
            dict(by_sex, name=stem ~ '-by-sex'), dict(by_age, name=stem ~ '-by-age'), dict(by_region, name=stem ~ '-reg')
        ],
        'figures': ['denominator', 'value', 'ci_low', 'ci_high'],
        'definition': '2020-03-23',
        'group': 'survey estimates',
    }, **declared))) }}
{%- endmacro %}


{#
  The rows of such an indicator: the weighted mean of the answers to `question` times `factor` (100 for a share in %), with
  its interval of 95 %, which ends at the bounds that an answer has (0 and `most`). The denominator is the number of
  answers, not weighted; below `minimum_answers` there is no estimate, and no interval where all gave the same answer.
#}
{% macro survey_estimate_of(indicator, name, question, factor=100, most=100) -%}
    {%- set theme = theme_of(indicator) -%}
    select
        {{ indicator_keys(name) }},
        null::double as numerator,
        answers::double as denominator,
        estimate as value,
        -- Of nothing and a bound, greatest() and least() are the bound. Where all gave the same answer the sample tells of no
        -- variance, which is no certainty: 0 of 40 would be told as 0 % from 0 to 0.
        case when estimate is not null and margin > 0 then greatest(0, estimate - margin) end as ci_low,
        case when estimate is not null and margin > 0 then least({{ most }}, estimate + margin) end as ci_high,
        {{ indicator_status(indicator) }}
    from (
        select
            *,
            case when answers >= {{ var('minimum_answers') }} then ({{ factor }} * mean)::double end as estimate,
            (1.959964 * {{ factor }} * standard_error)::double as margin
        from {{ ref(model_of(theme, 'estimates')) }}
        where question = '{{ question }}' and {{ in_breakdowns(indicator) }}
    ) as estimates
{%- endmacro %}
