{% set indicator = indicator_of(mortality(), 'electronic_deaths_share', {
    'title': {'fr': "Part des décès des communes à envoi dématérialisé", 'en': "Share of deaths in communes that transmit electronically"},
    'unit': {'fr': "% des décès", 'en': "% of deaths"},
    'formula': {'fr': "100 × décès dans les communes à envoi dématérialisé / décès", 'en': "100 × deaths in communes that transmit electronically / deaths"},
    'definition': '2020-03-01',
}) %}
{{ declare_indicator(indicator) }}

with electronic_deaths_share as (

    {{ share_of(mortality(), indicator, 'electronic_deaths_share', 'deaths_electronic', 'deaths') }}

)

select * from electronic_deaths_share
