{% set indicator = indicator_of(house_calls(), 'house_calls_coding_rate', {
    'title': {'fr': "Taux de codage des actes SOS Médecins", 'en': "Coding rate of SOS Médecins acts"},
    'unit': {'fr': "% des actes", 'en': "% of acts"},
    'formula': {'fr': "100 × actes avec un diagnostic / actes", 'en': "100 × acts with a diagnosis / acts"},
    'definition': '2020-02-24',
}) %}
{{ declare_indicator(indicator) }}

with house_calls_coding_rate as (

    {{ share_of(
        house_calls(), indicator, 'house_calls_coding_rate', 'acts_coded', 'acts', minimum=var('minimum_coded')
    ) }}

)

select * from house_calls_coding_rate
