{# What estimates are made of, one row each: France, its sexes, its ages, the régions; `domain` is a key. #}
{% macro survey_domains(age_scheme) -%}
    select
        concat_ws(' ', geo_level, geo_code, sex, age_class) as domain,
        *
    from (
        select
            'FRA' as geo_level,
            'FR' as geo_code,
            unnest(['all', 'F', 'M', 'unknown']) as sex,
            'all' as age_scheme,
            'all' as age_class
        union all
        select 'FRA', 'FR', 'all', '{{ age_scheme }}', age_class from {{ ref('age_classes') }}
        where age_scheme = '{{ age_scheme }}'
        union all
        select 'FRA', 'FR', 'all', '{{ age_scheme }}', 'unknown'
        union all
        select 'REG', reg, 'all', 'all', 'all' from {{ ref('regions') }}
        union all
        select 'REG', 'unknown', 'all', 'all', 'all'
    ) as domains
{%- endmacro %}


{# Whether a cell is of a domain, of relations with these names. #}
{% macro in_survey_domain(cells, domains) -%}
    {{ domains }}.geo_code in ('FR', {{ cells }}.reg)
    and {{ domains }}.sex in ('all', {{ cells }}.sex)
    and {{ domains }}.age_class in ('all', {{ cells }}.age_band)
{%- endmacro %}
