{% set indicator = indicator_of(care_homes(), 'care_home_deaths_taken_back', {
    'title': {'fr': "Décès de résidents repris par les établissements médico-sociaux", 'en': "Deaths of residents taken back by care homes"},
    'unit': {'fr': "personnes", 'en': "people"},
    'formula': {
        'fr': "nombre du bilan précédent - nombre du bilan, s'il est plus bas",
        'en': "count of the report before - count of the report, where it is lower",
    },
    'definition': '2020-03-01',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with care_home_deaths_taken_back as (

    {{ count_of(care_homes(), indicator, 'care_home_deaths_taken_back', 'deaths_taken_back') }}

)

select * from care_home_deaths_taken_back
