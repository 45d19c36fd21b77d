{#
  The breakdowns on which most indicators of a theme stand: France, régions and départements by day, seven days and week,
  by sex and by the age schemes. For use in a declaration.
#}
{% macro usual_breakdowns() -%}
    {{ return([{
        'geo': ['FRA', 'REG', 'DEP'],
        'period': ['day', 'rolling7', 'week'],
        'sex': ['all', 'F', 'M', 'unknown'],
        'age': ['all', 'age10', 'age15', 'school'],
    }]) }}
{%- endmacro %}


{#
  The files that most indicators publish: seven days, France and régions by sex and by ten-year age, départements by
  ten-year age. `name` is the stem of the file names.
#}
{% macro usual_files(name) -%}
    {{ return([
        {'name': name ~ '-fra', 'geo': ['FRA'], 'period': ['day', 'rolling7', 'week'],
         'sex': ['all', 'F', 'M', 'unknown'], 'age': ['all', 'age10', 'age15', 'school']},
        {'name': name ~ '-reg', 'geo': ['REG'], 'period': ['rolling7'], 'sex': ['all'], 'age': ['all', 'age10']},
        {'name': name ~ '-dep', 'geo': ['DEP'], 'period': ['rolling7'], 'sex': ['all'], 'age': ['all', 'age10']},
    ]) }}
{%- endmacro %}


{#
  A condition that keeps the rows of a cube that the declaration asks for.
#}
{% macro in_breakdowns(indicator) -%}
    (
    {%- for breakdown in indicator.breakdowns %}
        (
            geo_level in ({{ quoted(breakdown.geo) }})
            and period in ({{ quoted(breakdown.period) }})
            and sex in ({{ quoted(breakdown.sex) }})
            and age_scheme in ({{ quoted(breakdown.age) }})
        ){{ " or" if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}


{# SQL text literals, comma-separated. #}
{% macro quoted(values) -%}
    '{{ values | join("', '") }}'
{%- endmacro %}


{#
  The key columns of the indicators' contract, from a cube: which indicator, where, when, who.
#}
{% macro indicator_keys(name) -%}
    '{{ name }}' as indicator,
    geo_level,
    geo_code,
    period,
    period_start,
    period_end,
    sex,
    age_scheme,
    age_class
{%- endmacro %}


{#
  The closing columns of the indicators' contract: `status` (not applicable where the value has no denominator), the
  definition in force, and the vintage of the population where the rate has one.
#}
{% macro indicator_status(indicator, population_vintage=none) -%}
    case when value is null and status <> 'suppressed' then 'not_applicable' else status end as status,
    '{{ indicator.definition }}' as definition,
    {{ population_vintage or 'null::varchar' }} as population_vintage
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


{# Files of an indicator without sex, and without age unless `age` lists schemes. #}
{% macro plain_files(name, age=['all']) -%}
    {{ return([
        {'name': name ~ '-fra', 'geo': ['FRA'], 'period': ['day', 'rolling7', 'week'], 'sex': ['all'], 'age': age},
        {'name': name ~ '-reg', 'geo': ['REG'], 'period': ['day', 'rolling7', 'week'], 'sex': ['all'], 'age': age},
        {'name': name ~ '-dep', 'geo': ['DEP'], 'period': ['day', 'rolling7', 'week'], 'sex': ['all'], 'age': age},
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
