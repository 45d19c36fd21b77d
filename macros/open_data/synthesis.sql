{#
  What the synthesis tables share: one row per day, or per day and place, of several themes.
#}

{# Figures of tests by day and place of a level, every sex and age together: day, seven days, and their rates. #}
{% macro tests_by_day(level) -%}
        select
            geo_code,
            period_end as date,
            max(cases) filter (period = 'day') as pos,
            max(cases) filter (period = 'rolling7') as pos_7j,
            max({{ rate_per_100k('cases', 'population') }}) filter (period = 'rolling7') as tx_incid,
            max({{ percentage('cases', 'tested') }}) filter (period = 'rolling7') as tx_pos
        from {{ ref('int_testing__cube') }}
        where geo_level = '{{ level }}' and period in ('day', 'rolling7') and sex = 'all' and age_scheme = 'all'
        group by geo_code, period_end
{%- endmacro %}


{# Figures of hospital stays by day and place of a level, every sex and age together, by their official names. #}
{% macro stays_by_day(level) -%}
        select
            geo_code,
            period_end as date,
            critical as rea,
            hospitalised as hosp,
            discharges_to_date as rad,
            deaths_to_date as dchosp,
            critical_admissions_declared as incid_rea,
            admissions_declared as incid_hosp,
            discharges_declared as incid_rad,
            deaths_declared as incid_dchosp
        from {{ ref('int_hospital__cube') }}
        where geo_level = '{{ level }}' and period = 'day' and sex = 'all' and age_scheme = 'all'
{%- endmacro %}


{# Coverage of all ages by a first dose, %, by day and place of a level. #}
{% macro first_doses_by_day(level) -%}
        select
            geo_code,
            period_end as date,
            {{ coverage('dose1_to_date', 'population') }} as cv_dose1
        from {{ ref('int_vaccination__cube') }}
        where geo_level = '{{ level }}' and period = 'day' and sex = 'all' and age_scheme = 'all'
{%- endmacro %}


{# Residents of care homes by day: deaths in the establishment and confirmed cases, to date. #}
{% macro care_homes_by_day(level) -%}
        select
            geo_code,
            period_end as date,
            deaths_home_to_date as esms_dc,
            residents_confirmed_to_date as esms_cas
        from {{ ref('int_care_homes__cube') }}
        where geo_level = '{{ level }}' and period = 'day' and sex = 'all' and age_scheme = 'all'
{%- endmacro %}


{# The reproduction number from tests by day and place of a level. #}
{% macro reproduction_by_day(level) -%}
        select
            geo_code,
            period_end as date,
            value as reproduction
        from {{ ref('effective_reproduction_tests') }}
        where geo_level = '{{ level }}'
{%- endmacro %}


{#
  The colour of a figure: green up to `green`, orange up to `orange`, red above; NULL for none. The bounds are those of
  the published table of 2021-01-13, of which every colour comes out.
#}
{% macro colour(figure, green, orange) -%}
    case
        when {{ figure }} <= {{ green }} then 'vert'
        when {{ figure }} <= {{ orange }} then 'orange'
        when {{ figure }} > {{ orange }} then 'rouge'
    end
{%- endmacro %}


{# Columns of the colours of the four figures of the follow-up of the epidemic, as rounded in the table. #}
{% macro colours() -%}
    {{ colour('tx_incid', 10, 50) }} as tx_incid_couleur,
    {{ colour('"R"', 1, 1.5) }} as "R_couleur",
    {{ colour('taux_occupation_sae', 30, 60) }} as taux_occupation_sae_couleur,
    {{ colour('tx_pos', 5, 10) }} as tx_pos_couleur
{%- endmacro %}


{# How many of the four colours of a row are `name`. #}
{% macro number_of_colour(name) -%}
    len(list_filter(
        [tx_incid_couleur, "R_couleur", taux_occupation_sae_couleur, tx_pos_couleur], lambda given : given = '{{ name }}'
    ))::smallint
{%- endmacro %}
