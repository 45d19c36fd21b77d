{#
  Whether one of the codes of a row stands, on its day, in a dated vocabulary: a seed with the columns `code`, `is_prefix`,
  `valid_from` and `valid_until`, of which `where` chooses rows (of `vocabulary`). `codes` is an expression, the codes without
  points, with a comma before, between and after them.
#}
{% macro mentions(seed, where, codes, day) -%}
    exists (
        select 1 from {{ ref(seed) }} as vocabulary
        where
            {{ where }}
            and {{ day }} between vocabulary.valid_from and vocabulary.valid_until
            and contains({{ codes }}, ',' || vocabulary.code || case when vocabulary.is_prefix then '' else ',' end)
    )
{%- endmacro %}
