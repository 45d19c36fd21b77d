{#
  The columns of `shares`, an indicator, of which nothing is told where the survey has fewer sequences in France, or the place
  in the survey, than the variable `minimum_sequences` asks for. `survey` is the SQL of the former.
#}
{% macro told_of_survey(shares, survey) -%}
    {%- set least = var('minimum_sequences') -%}
    {%- set told = survey ~ ' >= ' ~ least.survey ~ ' and ' ~ shares ~ '.denominator >= ' ~ least.place -%}
    {{ shares }}.* replace (
        {%- for figure in ['numerator', 'denominator', 'value', 'ci_low', 'ci_high'] %}
        case when {{ told }} then {{ shares }}.{{ figure }} end as {{ figure }},
        {%- endfor %}
        case when {{ told }} then {{ shares }}.status else 'suppressed' end as status
    )
{%- endmacro %}
