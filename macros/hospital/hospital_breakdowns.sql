{#
  The breakdowns on which the indicators of hospital stays stand: France, régions and départements of the hospital, by
  sex and by ten-year age, for `periods`. For use in a declaration.
#}
{% macro hospital_breakdowns(periods) -%}
    {{ return([{
        'geo': ['FRA', 'REG', 'DEP'],
        'period': periods,
        'sex': ['all', 'F', 'M', 'unknown'],
        'age': ['all', 'age10'],
    }]) }}
{%- endmacro %}


{#
  The files that they publish: France by sex and age, régions by age, départements by sex. `name` is the stem of the
  file names.
#}
{% macro hospital_files(name, periods) -%}
    {{ return([
        {'name': name ~ '-fra', 'geo': ['FRA'], 'period': periods,
         'sex': ['all', 'F', 'M', 'unknown'], 'age': ['all', 'age10']},
        {'name': name ~ '-reg', 'geo': ['REG'], 'period': periods, 'sex': ['all'], 'age': ['all', 'age10']},
        {'name': name ~ '-dep', 'geo': ['DEP'], 'period': periods, 'sex': ['all', 'F', 'M', 'unknown'], 'age': ['all']},
    ]) }}
{%- endmacro %}
