{#
  The classes that are told of places of one level, as CTEs. They follow from what is told already and from the count
  alone: whichever class is told, or is not, enough counts lead to it. So nothing has to be withheld for them, and that
  a class is missing or wide tells no more than it says.
#}

{# The label of a class from `lower` to before `upper`, which may be empty. #}
{% macro class_label(lower, upper) -%}
    printf('[%g;', {{ lower }}) || coalesce(printf('%g[', {{ upper }}), 'Max]')
{%- endmacro %}


{#
  A query: the rows of `given`, a CTE, with the class of the `rate` in which their `count` falls as `<rate>_classe`, and
  `<count>_low` and `<count>_high` as narrow as it makes them. The breaks are those of the ladder for the size of the
  place (population), where it is_classed, without those that would leave fewer than enough counts between them and an
  end of what is open before.
#}
{% macro in_class(given, rate, count) -%}
    {%- set first = first_count('breaks.lower', 'given.population') -%}
    {%- set low, high = count ~ '_low', count ~ '_high' -%}
    select
        * exclude (lower, upper) replace (
            greatest({{ low }}, {{ first_count('lower', 'population') }})::bigint as {{ low }},
            least({{ high }}, {{ first_count('upper', 'population') }} - 1)::bigint as {{ high }}
        ),
        case when lower is not null then {{ class_label('lower', 'upper') }} end as {{ rate }}_classe
    from (
        select
            given.*,
            max(breaks.lower) filter ({{ first }} <= given.{{ count }}) as lower,
            min(breaks.lower) filter ({{ first }} > given.{{ count }}) as upper
        from {{ given }} as given
        left join {{ ref('int_referential__class_ladders') }} as breaks
            on
                breaks.rate = '{{ rate }}'
                and given.is_classed
                and given.population >= breaks.size_from
                and given.population < breaks.size_to
                and ({{ first }} <= given.{{ low }} or {{ enough_counts('given.' ~ low, first ~ ' - 1') }})
                and ({{ first }} > given.{{ high }} or {{ enough_counts(first, 'given.' ~ high) }})
        group by all
    ) as classed
{%- endmacro %}


{#
  CTEs that end with `told`: the rows of `given` with their classes. A person is a case only when tested, so that
  the most people tested are the most cases, the fewest cases the fewest people tested.

  `given`, a CTE: population, is_classed, cases, tested, and between what counts these are open before: cases_low,
  cases_high, tested_low, tested_high. `told` adds td_classe, ti_classe and tp_classe and narrows the bounds.
#}
{% macro tell_classes(given, told) -%}
{{ told }}_open as (

    select * replace (
        least(cases_high, tested_high)::bigint as cases_high,
        greatest(tested_low, cases_low)::bigint as tested_low
    )
    from {{ given }}

),

{{ told }}_testing as (

    {{ in_class(told ~ '_open', 'td', 'tested') }}

),

{{ told }}_tested as (

    select * replace (least(cases_high, tested_high) as cases_high) from {{ told }}_testing

),

{{ told }}_incidence as (

    {{ in_class(told ~ '_tested', 'ti', 'cases') }}

),

{{ told }}_boxes as (

    select * replace (greatest(tested_low, cases_low) as tested_low) from {{ told }}_incidence

),

{{ positivity_classes(told ~ '_boxes', told ~ '_positivity') }},

{{ told }} as (

    select
        boxes.* exclude (cases_low, cases_high, tested_low, tested_high),
        classes.label as tp_classe,
        coalesce(classes.class_cases_low, boxes.cases_low) as cases_low,
        coalesce(classes.class_cases_high, boxes.cases_high) as cases_high,
        coalesce(classes.class_tested_low, boxes.tested_low) as tested_low,
        coalesce(classes.class_tested_high, boxes.tested_high) as tested_high
    from {{ told }}_boxes as boxes
    left join {{ told }}_positivity as classes
        on
            boxes.ti_classe is not null
            and boxes.td_classe is not null
            and boxes.cases_low = classes.cases_low
            and boxes.cases_high = classes.cases_high
            and boxes.tested_low = classes.tested_low
            and boxes.tested_high = classes.tested_high
            and {{ percentage('boxes.cases', 'boxes.tested') }} >= classes.lower
            and {{ percentage('boxes.cases', 'boxes.tested') }} < coalesce(classes.upper, 'infinity'::double)

)
{%- endmacro %}


{#
  CTEs that end with `classes`: the classes of positivity that may stand beside each pair of classes of incidence and
  testing in `boxes`, a CTE, and between what counts each then leaves cases and people tested. The finest ladder of
  which every class that is possible leaves enough counts of both, whichever it is; none where there is no such ladder.
#}
{% macro positivity_classes(boxes, classes) -%}
{{ classes }}_narrowed as (

    select
        pairs.*,
        ladders.size_from,
        ladders.label,
        ladders.lower,
        ladders.upper,
        greatest(pairs.cases_low, ceil(ladders.lower * pairs.tested_low / 100)) as class_cases_low,
        least(
            pairs.cases_high, coalesce(ceil(ladders.upper * pairs.tested_high / 100) - 1, pairs.cases_high)
        ) as class_cases_high,
        greatest(
            pairs.tested_low, coalesce(floor(100 * pairs.cases_low / ladders.upper) + 1, pairs.tested_low)
        ) as class_tested_low,
        least(
            pairs.tested_high, coalesce(floor(100 * pairs.cases_high / nullif(ladders.lower, 0)), pairs.tested_high)
        ) as class_tested_high
    from (
        select distinct cases_low, cases_high, tested_low, tested_high
        from {{ boxes }}
        where ti_classe is not null and td_classe is not null
    ) as pairs
    inner join {{ ref('int_referential__class_ladders') }} as ladders
        on ladders.rate = 'tp' and pairs.tested_low >= ladders.size_from

),

{{ classes }}_possible as (

    select
        *,
        bool_and(
            {{ enough_counts('class_cases_low', 'class_cases_high') }}
            and {{ enough_counts('class_tested_low', 'class_tested_high') }}
        ) over (partition by cases_low, cases_high, tested_low, tested_high, size_from) as are_enough
    from {{ classes }}_narrowed
    where class_cases_low <= class_cases_high and class_tested_low <= class_tested_high

),

{{ classes }} as (

    select * replace (
        class_cases_low::bigint as class_cases_low,
        class_cases_high::bigint as class_cases_high,
        class_tested_low::bigint as class_tested_low,
        class_tested_high::bigint as class_tested_high
    )
    from {{ classes }}_possible
    where are_enough
    qualify size_from = max(size_from) over (partition by cases_low, cases_high, tested_low, tested_high)

)
{%- endmacro %}


{#
  The bounds that the parts of a whole leave it, as an aggregate over them: columns cases_low, cases_high, tested_low,
  tested_high. A part of which `is_known`, SQL on it, is true has the counts that it has.
#}
{% macro sums_of_bounds(parts, is_known='false') -%}
    {%- for count in local_counts() %}
        {%- for end in ['low', 'high'] %}
            sum(case when {{ is_known }} then {{ parts }}.{{ count }} else {{ parts }}.{{ count }}_{{ end }} end)
            as {{ count }}_{{ end }}{{ ',' if not (loop.last and count == local_counts() | last) }}
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}


{#
  CTEs that end with `told`: what is told of the places of a `level`, and between what counts that leaves them. A row
  for each place, week and age, all, 65 and 64 (the others, who have no classes), each as the classes of the other two
  narrow it; with_older says whether there are classes of 65.

  `parts`, a CTE: geo_code, period_end, age_class and the bounds that the classes of its parts leave a place that has
  any. What is empty binds nothing: `least` and `greatest` pass over it.
#}
{% macro tell_beside_parts(level, parts, told) -%}
everybody_given as (

    select
        cells.* exclude (age_class),
        coalesce(parts.cases_low, 0) as cases_low,
        least(parts.cases_high, 7 * floor(cells.population)) as cases_high,
        coalesce(parts.tested_low, 0) as tested_low,
        least(parts.tested_high, 7 * floor(cells.population)) as tested_high
    from {{ ref('int_testing__local_cells') }} as cells
    left join {{ parts }} as parts using (geo_code, period_end, age_class)
    where cells.geo_level = '{{ level }}' and cells.age_class = 'all'

),

{{ tell_classes('everybody_given', 'everybody') }},

older_given as (

    select
        cells.* exclude (age_class),
        {%- for count in local_counts() %}
        greatest(0, parts.{{ count }}_low, everybody.{{ count }}_low - others.{{ count }}_high) as {{ count }}_low,
        least(
            everybody.{{ count }}_high - coalesce(others.{{ count }}_low, 0), parts.{{ count }}_high
        ) as {{ count }}_high{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_testing__local_cells') }} as cells
    inner join everybody using (geo_level, geo_code, period_end)
    left join {{ parts }} as parts using (geo_code, period_end, age_class)
    left join {{ parts }} as others
        on cells.geo_code = others.geo_code and cells.period_end = others.period_end and others.age_class = '64'
    where cells.age_class = '65'

),

{{ tell_classes('older_given', 'older') }},

{{ told }} as (

    select
        everybody.geo_level,
        everybody.geo_code,
        everybody.period_end,
        unnest(['all', '65', '64']) as age_class,
        older.is_classed as with_older,
        {%- for rate in ['ti', 'td', 'tp'] %}
        unnest([everybody.{{ rate }}_classe, older.{{ rate }}_classe, null]) as {{ rate }}_classe,
        {%- endfor %}
        {%- for count in local_counts() %}
        unnest([
            everybody.{{ count }}, older.{{ count }}, everybody.{{ count }} - older.{{ count }}
        ]) as {{ count }},
        unnest([
            greatest(everybody.{{ count }}_low, older.{{ count }}_low + coalesce(parts.{{ count }}_low, 0)),
            older.{{ count }}_low,
            greatest(0, parts.{{ count }}_low, everybody.{{ count }}_low - older.{{ count }}_high)
        ])::bigint as {{ count }}_low,
        unnest([
            least(everybody.{{ count }}_high, older.{{ count }}_high + parts.{{ count }}_high),
            older.{{ count }}_high,
            least(parts.{{ count }}_high, everybody.{{ count }}_high - older.{{ count }}_low)
        ])::bigint as {{ count }}_high{{ ',' if not loop.last }}
        {%- endfor %}
    from everybody
    inner join older using (geo_level, geo_code, period_end)
    left join {{ parts }} as parts
        on
            everybody.geo_code = parts.geo_code
            and everybody.period_end = parts.period_end
            and parts.age_class = '64'

)
{%- endmacro %}
