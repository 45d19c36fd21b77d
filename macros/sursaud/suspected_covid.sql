{#
  Whether one of the diagnoses of a row is one for suspected Covid-19 on its day, by the vocabulary `sursaud_diagnoses` of
  the feed. `codes` is an expression, the codes without points, with a comma before, between and after them.
#}
{% macro suspected_covid(feed, codes, day) -%}
    {{ mentions('sursaud_diagnoses', "vocabulary.feed = '" ~ feed ~ "'", codes, day) }}
{%- endmacro %}
