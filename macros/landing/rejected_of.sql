{#
  The model `stg_<feed>__<object>_rejected`: the rows of the deliveries of a feed that broke a rule of its contract, up
  to the day that is asked for, with the rule, the file and the line.
#}
{% macro rejected_of(feed) -%}
    select
        delivery,
        file,
        line,
        rule,
        column_name,
        value as offending_value,
        person_keys,
        received_on
    from {{ source(feed, feed ~ '_quarantine') }}
    where received_on <= date '{{ var("as_of") }}'
{%- endmacro %}
