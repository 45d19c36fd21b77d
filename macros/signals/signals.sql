{#
  The rows of a signal in the form that all share. `scored` is a CTE with the columns feed, sender (empty: the whole feed), day
  of receipt, signal, measure, observed, expected and score; `conditions` are SQL on these. `first_day` is the SQL of the
  first day of receipt that it is about. Unless told `at_once`, nothing is of a feed of which little is known.
#}
{% macro told_signals(scored, conditions, first_day='day', at_once=false) -%}
    {%- set thresholds = namespace(of='') -%}
    select
        signal,
        feed,
        sender,
        day,
        coalesce({{ first_day }}, day) as first_day,
        measure,
        round(observed, 4)::double as observed,
        round(expected, 4)::double as expected,
        round(score, 2)::double as score,
        threshold::double as threshold,
        case when score >= {{ var('signals').high }} * threshold then 'high' else 'medium' end as severity
    from (
        select
            *,
            case signal
                {%- for name, of in var('signals').thresholds.items() %}
                when '{{ name }}' then case when sender is null then {{ of.feed }} else {{ of.sender }} end
                {%- endfor %}
            end as threshold
        from {{ scored }}
    ) as rated
    where
        score >= threshold
        {%- if not at_once %}
        and day >= (
            select min(days.day) + {{ var('signals').learning_days }} from {{ ref('int_signals__days') }} as days
            where days.feed = rated.feed
        )
        {%- endif %}
        {%- for condition in conditions %}
        and ({{ condition }})
        {%- endfor %}
{%- endmacro %}


{#
  Shares of the CTE `counted` (rows of `int_signals__received`) and how far each is from the share of the days before: a
  p-chart of which the limits are widened by the usual spread between days (Laney, Quality Engineering 14 (2002), 531-537;
  Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202), a median, not below 1. By feed, and by sender where there is one.
  `observed` and `expected` are shares.
#}
{% macro scored_shares(signal, counted) -%}
    {%- set settings = var('signals') -%}
    select
        '{{ signal }}' as signal,
        feed,
        sender,
        day,
        measure,
        observed / among as observed,
        expected,
        observed as counted,
        among,
        abs(deviation) / sqrt(greatest(1, median(deviation ^ 2) over (
            partition by feed, sender, measure order by day
            range between interval {{ settings.spread_days }} day preceding and interval 1 day preceding
        ) / 0.455)) as score
    from (
        select
            *,
            (observed / among - expected)
            -- Of a share that was zero one row more is no surprise; the baseline has its own error.
            / sqrt(greatest(expected * (1 - expected), 1.0 / among) * (1.0 / among + 1.0 / among_before)) as deviation
        from (
            select
                *,
                sum(observed) over days_before / sum(among) over days_before as expected,
                sum(among) over days_before as among_before
            from (
                select
                    feed,
                    sender,
                    day,
                    measure,
                    sum(observed) as observed,
                    sum(among) as among
                from {{ counted }}
                group by grouping sets ((feed, day, measure), (feed, sender, day, measure))
                having grouping(sender) = 1 or sender is not null
                -- Who never sends enough in a day is not looked at.
                qualify max(sum(among)) over (partition by feed, sender, measure) >= {{ settings.least.among }}
            ) as summed
            window days_before as (
                partition by feed, sender, measure order by day
                range between interval {{ settings.share_days }} day preceding and interval 1 day preceding
            )
        ) as compared
    ) as deviating
{%- endmacro %}


{# When a share is told: of enough rows, and far enough from the usual, in rows and in proportion. #}
{% macro share_conditions() -%}
    {%- set settings = var('signals') -%}
    {{ return([
        'among >= ' ~ settings.least.among,
        'greatest(counted, expected * among) >= ' ~ settings.least.rows,
        'abs(observed - expected) >= ' ~ settings.change ~ ' * expected',
    ]) }}
{%- endmacro %}


{# The models of the signals, one for each entry of `signals.thresholds`. #}
{% macro signal_models() -%}
    {%- set names = [] -%}
    {%- for name in var('signals').thresholds -%}
        {%- do names.append('signal_' ~ name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{# The rows of all signals. #}
{% macro every_signal() -%}
    {%- for name in signal_models() %}
    select * from {{ ref(name) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}
