{#
  The counts that classes leave open, as SQL expressions. The disclosure policy, variable `disclosure`, says how many
  they must be.
#}

{# The two counts of which classes are published. #}
{% macro local_counts() -%}
    {{ return(['cases', 'tested']) }}
{%- endmacro %}


{#
  The first count of which the rate per 100,000 of `population` reaches `rate`: a class holds the counts from that of its
  lower bound to the one before that of its upper bound.
#}
{% macro first_count(rate, population) -%}
    ceil({{ rate }} * {{ population }} / 1e5)
{%- endmacro %}


{#
  A join to the class of a `rate` in which the `count` of a row of `cells` falls, as `alias`: of the ladder for the size of
  its place, where it may have classes.
#}
{% macro join_class(alias, rate, count) -%}
    left join {{ ref('int_referential__class_ladders') }} as {{ alias }}
        on
            cells.is_classed
            and {{ alias }}.rate = '{{ rate }}'
            and cells.population >= {{ alias }}.size_from
            and cells.population < {{ alias }}.size_to
            and cells.{{ count }} >= {{ first_count(alias ~ '.lower', 'cells.population') }}
            and (
                {{ alias }}.upper is null
                or cells.{{ count }} < {{ first_count(alias ~ '.upper', 'cells.population') }}
            )
{%- endmacro %}


{# More than any count: up to where the counts of a place go of which nothing is published. #}
{% macro any_count() -%}
    1000000000
{%- endmacro %}


{# Whether the counts from `low` to `high` are enough. #}
{% macro enough_counts(low, high) -%}
    {{ high }} - {{ low }} >= {{ var('disclosure').counts - 1 }}
{%- endmacro %}


{#
  Whether there is room for enough counts from the low ends of terms, `terms_low` together, to the `high` end of their sum.
  Where that is withheld, each term may be only so far above its low end: it must be farther than enough counts are.
#}
{% macro enough_room(terms_low, high, room) -%}
    {{ enough_counts(terms_low, high) }} and ({{ terms_low }} = 0 or {{ high }} - {{ terms_low }} >= {{ room }})
{%- endmacro %}


{#
  Whether a sum between `low` and `high` and its terms, which together stand between `terms_low` and `terms_high`, leave each
  other enough counts, cases and people tested alike. Expressions with %s for the name of the count; `whole` is what the
  policy calls the place of the sum.
#}
{% macro leave_each_other_enough(low, high, terms_low, terms_high, whole) -%}
    {%- set room = var('disclosure').sums.beside[whole] %}
    {%- for count in local_counts() %}
        {{ 'and ' if not loop.first }}{{ enough_room(terms_low | replace('%s', count), high | replace('%s', count), room) }}
        and {{ enough_counts(low | replace('%s', count), terms_high | replace('%s', count)) }}
    {%- endfor %}
{%- endmacro %}


{#
  Whether a sum that is known exactly leaves its terms enough counts: an aggregate over the terms, expressions with %s for
  the name of the count. A sum below that number tells of its terms all that they do. Of all ages it must leave more room,
  so that also where nothing is published for want of room enough counts are possible of every place, whatever the sum.
#}
{% macro sum_leaves_enough(counted, low, high, age_class, counts=none) -%}
    {%- set policy = var('disclosure') %}
    {%- for count in counts or local_counts() %}
        {%- set total = 'sum(' ~ counted | replace('%s', count) ~ ')' %}
        {%- set room -%}
            case {{ age_class }}
                when 'all' then {{ policy.sums.room }} + {{ policy.sums.share }} * {{ total }} else {{ policy.counts - 1 }}
            end
        {%- endset %}
        {{ 'and ' if not loop.first }}(
            {{ total }} < {{ policy.counts }}
            or {{ total }} - sum({{ low | replace('%s', count) }}) >= {{ room }}
            and sum({{ high | replace('%s', count) }}) - {{ total }} >= {{ room }}
        )
    {%- endfor %}
{%- endmacro %}
