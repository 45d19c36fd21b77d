{#
  What changed in the figures of a feed that revisions explain: `measures` of `relation` (its signed differences) by batch,
  reason, day and département, every sex and age together; one row per figure that is not zero, in the
  column `difference`.
#}
{% macro counted(feed, relation, measures) -%}
    select
        '{{ feed }}' as feed,
        batch,
        reason,
        measure,
        day,
        place,
        difference
    from (
        unpivot (
            select
                batch,
                reason,
                day,
                place,
                {% for measure in measures -%}
                sum({{ measure }})::bigint as {{ measure }}{{ "," if not loop.last }}
                {% endfor %}
            from {{ relation }}
            where cell_level = 'dep'
            group by all
        )
        on {{ measures | join(', ') }}
        into name measure value difference
    )
    where difference <> 0
{%- endmacro %}
