{#
  The figures of a feed that each release keeps, to explain the next one: `measures` of `relation` at its level of
  départements, by `day` (the column that holds the day), place and age band, and by the columns of `more`; one row per
  figure that is not zero, in the column `figure`.
#}
{% macro counted(feed, relation, day, measures, more=[]) -%}
    select
        '{{ feed }}' as feed,
        {% for column in more -%}
        {{ column }},
        {% endfor -%}
        measure,
        day,
        place,
        age_class,
        figure
    from (
        unpivot (
            select
                {% for column in more -%}
                {{ column }},
                {% endfor -%}
                {{ day }} as day,
                place,
                age_band as age_class,
                {% for measure in measures -%}
                sum({{ measure }})::double as {{ measure }}{{ "," if not loop.last }}
                {% endfor %}
            from {{ relation }}
            where cell_level = 'dep'
            group by all
        )
        on {{ measures | join(', ') }}
        into name measure value figure
    )
    where figure <> 0
{%- endmacro %}
