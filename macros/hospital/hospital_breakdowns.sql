{#
  The breakdowns on which the indicators of hospital stays stand: France, régions and départements of the hospital, by
  sex and by ten-year age, for `periods` and `strata`. For use in a declaration.
#}
{% macro hospital_breakdowns(periods, strata=['all']) -%}
    {{ return([{
        'geo': ['FRA', 'REG', 'DEP'],
        'period': periods,
        'sex': ['all', 'F', 'M', 'unknown'],
        'age': ['all', 'age10'],
        'strata': strata,
    }]) }}
{%- endmacro %}


{#
  The files that they publish: France by sex and age, régions by age, départements by sex, of `strata`. `name` is the stem
  of the file names.
#}
{% macro hospital_files(name, periods, strata=['all']) -%}
    {{ return([
        {'name': name ~ '-fra', 'geo': ['FRA'], 'period': periods,
         'sex': ['all', 'F', 'M', 'unknown'], 'age': ['all', 'age10'], 'strata': strata},
        {'name': name ~ '-reg', 'geo': ['REG'], 'period': periods, 'sex': ['all'], 'age': ['all', 'age10'],
         'strata': strata},
        {'name': name ~ '-dep', 'geo': ['DEP'], 'period': periods, 'sex': ['all', 'F', 'M', 'unknown'], 'age': ['all'],
         'strata': strata},
    ]) }}
{%- endmacro %}
