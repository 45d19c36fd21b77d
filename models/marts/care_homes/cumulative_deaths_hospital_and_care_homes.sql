{% set indicator = indicator_of(care_homes(), 'cumulative_deaths_hospital_and_care_homes', {
    'title': {
        'fr': "Décès cumulés à l'hôpital et en établissement médico-social", 'en': "Cumulative deaths in hospital and in care homes"
    },
    'unit': {'fr': "décès", 'en': "deaths"},
    'formula': {
        'fr': "décès hospitaliers cumulés + décès de résidents cumulés dans les établissements",
        'en': "cumulative deaths in hospital + cumulative deaths of residents in the establishments",
    },
    'period': ['cumulative'],
    'definition': '2020-04-03',
    'figures': ['value'],
}) %}
{{ declare_indicator(indicator) }}

with together as (

    select
        homes.* replace (
            greatest(homes.period_start, hospital.period_start) as period_start,
            -- Provisional where one of them is: of the two words the later in the alphabet.
            greatest(homes.status, hospital.status) as status
        ),
        homes.deaths_home_to_date + hospital.deaths_to_date as deaths
    from {{ cube_to_date(care_homes(), indicator) }} as homes
    inner join {{ cube_to_date(hospital(), indicator) }} as hospital
        using (geo_level, geo_code, period_end, sex, age_scheme, age_class)

),

cumulative_deaths_hospital_and_care_homes as (

    select
        {{ indicator_keys('cumulative_deaths_hospital_and_care_homes') }},
        {{ figures_of(indicator, 'deaths', 'null', 'deaths') }}
    from together
    where {{ in_breakdowns(indicator) }}

)

select * from cumulative_deaths_hospital_and_care_homes
