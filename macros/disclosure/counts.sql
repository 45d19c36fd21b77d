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


{# Whether the counts from `low` to `high` are enough. #}
{% macro enough_counts(low, high) -%}
    {{ high }} - {{ low }} >= {{ var('disclosure').counts - 1 }}
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
