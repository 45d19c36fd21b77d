{% set indicator = {
    'title': {'fr': "Délai de déclaration des hospitalisations", 'en': "Delay of declaration of admissions"},
    'unit': {'fr': "jours", 'en': "days"},
    'formula': {'fr': "moyenne, par date d'admission, des jours entre l'admission et sa déclaration", 'en': "mean, by day of admission, of the days from admission to its declaration"},
    'source': 'sivic',
    'breakdowns': plain_breakdowns(['week']),
    'open_data': plain_file('declaration-delay', ['week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-03-18',
    'figures': ['numerator', 'denominator', 'value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with declaration_delay as (

    select
        {{ indicator_keys('declaration_delay') }},
        {{ figures_of(indicator, 'declaration_days', 'admissions', 'declaration_days / nullif(admissions, 0)') }}
    {{ cube_of_indicator(hospital(), indicator, ['declaration_days', 'admissions']) }}

)

select * from declaration_delay
