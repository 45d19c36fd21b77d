{#
  Whether one of the diagnoses of a row is one for suspected Covid-19 on its day, by the vocabulary `sursaud_diagnoses` of
  the feed. `codes` is an expression, the codes without points, with a comma before, between and after them.
#}
{% macro suspected_covid(feed, codes, day) -%}
    exists (
        select 1 from {{ ref('sursaud_diagnoses') }} as vocabulary
        where
            vocabulary.feed = '{{ feed }}'
            and {{ day }} between vocabulary.valid_from and vocabulary.valid_until
            and contains({{ codes }}, ',' || vocabulary.code || case when vocabulary.is_prefix then '' else ',' end)
    )
{%- endmacro %}
