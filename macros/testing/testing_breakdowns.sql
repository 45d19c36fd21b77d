{#
  The breakdowns on which most indicators of testing stand: France, régions and départements by day, seven days and week,
  by sex and by the age schemes, of `strata`. For use in a declaration.
#}
{% macro usual_breakdowns(strata=['all']) -%}
    {{ return([{
        'geo': ['FRA', 'REG', 'DEP'],
        'period': ['day', 'rolling7', 'week'],
        'sex': ['all', 'F', 'M', 'unknown'],
        'age': ['all', 'age10', 'age15', 'school'],
        'strata': strata,
    }]) }}
{%- endmacro %}


{#
  The files that most indicators publish: seven days, France and régions by sex and by ten-year age, départements by
  ten-year age, of `strata`. `name` is the stem of the file names.
#}
{% macro usual_files(name, strata=['all']) -%}
    {{ return([
        {'name': name ~ '-fra', 'geo': ['FRA'], 'period': ['day', 'rolling7', 'week'],
         'sex': ['all', 'F', 'M', 'unknown'], 'age': ['all', 'age10', 'age15', 'school'], 'strata': strata},
        {'name': name ~ '-reg', 'geo': ['REG'], 'period': ['rolling7'], 'sex': ['all'], 'age': ['all', 'age10'],
         'strata': strata},
        {'name': name ~ '-dep', 'geo': ['DEP'], 'period': ['rolling7'], 'sex': ['all'], 'age': ['all', 'age10'],
         'strata': strata},
    ]) }}
{%- endmacro %}


{#
  The breakdowns of rates below the département: seven days and week, for communes and IRIS week alone; all ages and under
  or over 65.
#}
{% macro local_breakdowns() -%}
    {{ return([
        {'geo': ['EPCI', 'METRO'], 'period': ['rolling7', 'week'], 'sex': ['all'], 'age': ['all', '65plus']},
        {'geo': ['COM', 'IRIS'], 'period': ['week'], 'sex': ['all'], 'age': ['all', '65plus']},
    ]) }}
{%- endmacro %}


{# Files of an indicator without sex, and without age unless `age` lists schemes, of `strata`. #}
{% macro plain_files(name, age=['all'], strata=['all']) -%}
    {%- set axes = {'period': ['day', 'rolling7', 'week'], 'sex': ['all'], 'age': age, 'strata': strata} -%}
    {{ return([
        dict(axes, name=name ~ '-fra', geo=['FRA']),
        dict(axes, name=name ~ '-reg', geo=['REG']),
        dict(axes, name=name ~ '-dep', geo=['DEP']),
    ]) }}
{%- endmacro %}


{# The one file of a national indicator that has neither sex nor age. #}
{% macro national_file(name) -%}
    {{ return(plain_files(name)[:1]) }}
{%- endmacro %}


{# Files of a cumulative count. #}
{% macro cumulative_files(name) -%}
    {{ return([
        {'name': name ~ '-fra', 'geo': ['FRA'], 'period': ['cumulative'],
         'sex': ['all', 'F', 'M', 'unknown'], 'age': ['all', 'age10', 'age15', 'school']},
        {'name': name ~ '-reg', 'geo': ['REG'], 'period': ['cumulative'], 'sex': ['all'], 'age': ['all', 'age10']},
        {'name': name ~ '-dep', 'geo': ['DEP'], 'period': ['cumulative'], 'sex': ['all'], 'age': ['all', 'age10']},
    ]) }}
{%- endmacro %}


{# What is published of first-generation screening, as the official files have it: by ten-year age, without sex. #}
{% macro variant_breakdowns(strata) -%}
    {{ return([{
        'geo': ['FRA', 'REG', 'DEP'], 'period': ['day', 'rolling7'], 'sex': ['all'], 'age': ['all', 'age10'],
        'strata': strata,
    }]) }}
{%- endmacro %}


{# Its files: seven days, by age for France alone; by age and place it is in the official layout. #}
{% macro variant_files(name, strata) -%}
    {%- set axes = {'period': ['rolling7'], 'sex': ['all'], 'age': ['all'], 'strata': strata} -%}
    {{ return([
        dict(axes, name=name ~ '-fra', geo=['FRA'], period=['day', 'rolling7'], age=['all', 'age10']),
        dict(axes, name=name ~ '-reg', geo=['REG']),
        dict(axes, name=name ~ '-dep', geo=['DEP']),
    ]) }}
{%- endmacro %}
