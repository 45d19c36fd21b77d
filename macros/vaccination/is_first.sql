{#
  Whether a person counts by this injection for something: the condition holds, and of her injections with the same `key` it
  is the first one, by its day. For a SELECT from `records`; the states before and after (`sign`) are apart.
#}
{% macro is_first(condition, key) -%}
    {{ condition }} and row_number() over (
        partition by records.sign, records.person_key, {{ key }} order by records.injected_on, records.injection_key
    ) = 1
{%- endmacro %}
