{#
  The short form of an indicator. Most have one of a few shapes, and a shape says columns and interval; the theme says
  places, periods, ages, hour and lag. What is bespoke keeps the long form.
#}

{#
  A declaration for `declare_indicator`, completed by what the theme usually publishes: its `indicators` has the `period`
  and the schemes of `age`, `fresh_by` and `lag_days`. Files: France by sex and age, régions by age, départements by
  sex and all ages, named after the indicator. `declared` may say anything otherwise, and of the usual only the `period`,
  as a stock needs, which stands at the end of a day or week (cumulative too).
#}
{% macro indicator_of(theme, name, declared) -%}
    {%- set usual, stem = theme.indicators, name | replace('_', '-') -%}
    {%- set sexes, periods = sexes_of(theme), declared.get('period', usual.period) -%}
    {%- for period in periods if period not in theme.periods + ['cumulative'] -%}
        {%- do declaration_error('theme.indicators.period', "the cube of the theme has no '" ~ period ~ "'") -%}
    {%- endfor -%}
    {%- set geo = [whole_of(theme).level] + places_of(theme) | map('upper') | reverse | list -%}
    {%- set files = [
        {'name': stem ~ '-fra', 'geo': ['FRA'], 'period': periods, 'sex': sexes, 'age': usual.age},
        {'name': stem ~ '-reg', 'geo': ['REG'], 'period': periods, 'sex': ['all'], 'age': usual.age},
        {'name': stem ~ '-dep', 'geo': ['DEP'], 'period': periods, 'sex': sexes, 'age': ['all']},
    ] -%}
    {%- set completed = dict({
        'source': theme.feeds[0],
        'breakdowns': [{'geo': geo, 'period': periods, 'sex': sexes, 'age': usual.age}],
        'open_data': files[:geo | length],
        'fresh_by': usual.fresh_by,
        'lag_days': usual.lag_days,
        'changes': [],
    }, **declared) -%}
    {%- do completed.pop('period', none) -%}
    {{ return(completed) }}
{%- endmacro %}


{# A declaration in the short form with one file of all its places, by its own name. #}
{% macro one_file(indicator) -%}
    {{ return(dict(indicator, open_data=[
        dict(indicator.breakdowns[0], name=indicator.open_data[0].name | replace('-fra', ''))
    ])) }}
{%- endmacro %}


{#
  The closing columns of every shape: numerator, denominator, value, bounds of its 95 % interval, status.
#}
{% macro figures_of(indicator, numerator, denominator, value, low='null', high='null', population=none) -%}
    ({{ numerator }})::double as numerator,
    ({{ denominator }})::double as denominator,
    ({{ value }})::double as value,
    ({{ low }})::double as ci_low,
    ({{ high }})::double as ci_high,
    {{ indicator_status(indicator, population) }}
{%- endmacro %}


{#
  A declaration that has by `strata`, each a scheme of the theme, the figures of all ages and both sexes too, for `periods`:
  a breakdown more, and a file for each scheme, of France and régions: a hundred départements would be most of a release.
#}
{% macro with_strata(indicator, strata, periods) -%}
    {%- set breakdown = {'geo': ['FRA', 'REG', 'DEP'], 'period': periods, 'sex': ['all'], 'age': ['all'], 'strata': strata} -%}
    {%- set files, stem = [], indicator.open_data[0].name | replace('-fra', '') -%}
    {%- for scheme in strata -%}
        {%- do files.append(dict(
            breakdown, geo=['FRA', 'REG'], name=stem ~ '-by-' ~ scheme | replace('_', '-'), strata=[scheme]
        )) -%}
    {%- endfor -%}
    {{ return(dict(
        indicator, breakdowns=indicator.breakdowns + [breakdown], open_data=indicator.open_data + files
    )) }}
{%- endmacro %}


{# The cube that an indicator reads, with the strata that stand beside it where the declaration names some. #}
{% macro cube_with_strata(theme, indicator) -%}
    {%- if has_strata(indicator) and theme.days_by_stratum -%}
        (
            select * from ({{ total_of(ref(model_of(theme, 'cube'))) }}) as total
            union all by name
            select * from {{ ref(model_of(theme, 'strata')) }}
        )
    {%- else -%}
        {{ ref(model_of(theme, 'cube')) }}
    {%- endif -%}
{%- endmacro %}


{#
  What a shape reads: the cells of a theme's cube that the declaration asks for. Where it names strata, `figures` must be
  measures of the theme, which are then those of the stratum.
#}
{% macro cube_of_indicator(theme, indicator, figures, cube=none) -%}
    {%- set cube = cube or cube_with_strata(theme, indicator) -%}
    from {% if has_strata(indicator) and not theme.days_by_stratum -%}
        ({{ cube_by_stratum(theme, indicator, figures, cube) }}) as by_stratum
    {%- else -%}
        {{ cube }} as cube
    {%- endif %}
    where {{ in_breakdowns(indicator) }}
{%- endmacro %}


{# A count: events of the period, with Byar's interval; without one where the measure is `signed`. #}
{% macro count_of(theme, indicator, name, figure) -%}
    {%- set signed = theme.figures.get(figure, {}).get('signed') -%}
    select
        {{ indicator_keys(name, has_strata(indicator)) }},
        {{ figures_of(
            indicator, figure, 'null', figure, 'null' if signed else count_low(figure),
            'null' if signed else count_high(figure)
        ) }}
    {{ cube_of_indicator(theme, indicator, [figure]) }}
{%- endmacro %}


{# A stock: a level at the end of the period, without an interval. #}
{% macro stock_of(theme, indicator, name, figure) -%}
    select
        {{ indicator_keys(name, has_strata(indicator)) }},
        {{ figures_of(indicator, figure, 'null', figure) }}
    {{ cube_of_indicator(theme, indicator, [figure]) }}
{%- endmacro %}


{#
  A share, in %: `part` of `whole`, with Wilson's interval; none where `whole` is below `minimum`. Where the declaration
  names strata, the whole may be `known`: what is in some class of the scheme. `cube` stands for that of the theme where a
  share is of the figures of two.
#}
{% macro share_of(theme, indicator, name, part, whole, minimum=1, cube=none) -%}
    {%- set given = 'case when (' ~ whole ~ ') >= ' ~ minimum ~ ' then (' ~ whole ~ ')::double end' -%}
    select
        {{ indicator_keys(name, has_strata(indicator)) }},
        part as numerator,
        whole as denominator,
        {{ percentage('part', 'given') }} as value,
        {{ percentage_bound('part', 'given', '-') }} as ci_low,
        {{ percentage_bound('part', 'given', '+') }} as ci_high,
        {{ indicator_status(indicator) }}
    from (
        select
            *,
            ({{ part }})::double as part,
            ({{ whole }})::double as whole,
            {{ given }} as given
        {{ cube_of_indicator(theme, indicator, [part, whole], cube) }}
    ) as fractions
{%- endmacro %}


{# A rate: events of the period per 100,000 inhabitants, with Byar's interval. #}
{% macro rate_of(theme, indicator, name, figure) -%}
    {%- do check_population(theme) -%}
    select
        {{ indicator_keys(name, has_strata(indicator)) }},
        {{ figures_of(
            indicator, figure, 'population', rate_per_100k(figure, 'population'),
            rate_per_100k(count_low(figure), 'population'), rate_per_100k(count_high(figure), 'population'),
            'population_vintage'
        ) }}
    {{ cube_of_indicator(theme, indicator, [figure]) }}
{%- endmacro %}


{# A prevalence: a level at the end of the period per 100,000 inhabitants, without an interval. #}
{% macro prevalence_of(theme, indicator, name, figure) -%}
    {%- do check_population(theme) -%}
    select
        {{ indicator_keys(name, has_strata(indicator)) }},
        {{ figures_of(
            indicator, figure, 'population', rate_per_100k(figure, 'population'), population='population_vintage'
        ) }}
    {{ cube_of_indicator(theme, indicator, [figure]) }}
{%- endmacro %}


{# A cumulative count: a level at the end of each day since the first day of the theme. #}
{% macro cumulative_of(theme, indicator, name, figure) -%}
    select
        {{ indicator_keys(name, has_strata(indicator)) }},
        {{ figures_of(indicator, figure, 'null', figure) }}
    {{ cube_of_indicator(theme, indicator, [figure], cube_to_date(theme, indicator)) }}
{%- endmacro %}


{# The days of the cube that an indicator reads, each as what there was from the first day of the theme to its end. #}
{% macro cube_to_date(theme, indicator) -%}
    (
        select
            figures.* exclude (period, period_start),
            'cumulative' as period,
            calendar.first_day as period_start
        from {{ cube_with_strata(theme, indicator) }} as figures
        cross join {{ ref(model_of(theme, 'calendar')) }} as calendar
        where figures.period = 'day'
    )
{%- endmacro %}


{# A mean over seven days of a level that is summed over them (`summed_stocks` of the theme). #}
{% macro mean_of(theme, indicator, name, figure) -%}
    select
        {{ indicator_keys(name, has_strata(indicator)) }},
        {{ figures_of(indicator, figure, '7', '(' ~ figure ~ ') / 7.0') }}
    {{ cube_of_indicator(theme, indicator, [figure]) }}
{%- endmacro %}


{# A ratio of two counts, such as contacts per case, without an interval: `part` of each of `whole`. #}
{% macro ratio_of(theme, indicator, name, part, whole) -%}
    select
        {{ indicator_keys(name, has_strata(indicator)) }},
        {{ figures_of(indicator, part, whole, '(' ~ part ~ ') / nullif((' ~ whole ~ ')::double, 0)') }}
    {{ cube_of_indicator(theme, indicator, [part, whole]) }}
{%- endmacro %}


{# A median of a delay, of `delays`, a model as `delays_of` makes it; the denominator is how many it is of. #}
{% macro median_of(indicator, name, delays) -%}
    select
        {{ indicator_keys(name) }},
        {{ figures_of(indicator, 'null', 'people', 'median_delay') }}
    from {{ ref(delays) }}
    where {{ in_breakdowns(indicator) }}
{%- endmacro %}
