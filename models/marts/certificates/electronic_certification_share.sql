{% set indicator = {
    'title': {'fr': "Part des décès certifiés par voie électronique", 'en': "Share of deaths certified electronically"},
    'unit': {'fr': "% des décès", 'en': "% of deaths"},
    'formula': {'fr': "100 × certificats électroniques / décès de l'état civil", 'en': "100 × electronic certificates / deaths of the civil registry"},
    'source': 'cepidc',
    'breakdowns': plain_breakdowns(['week']),
    'open_data': plain_file('electronic-certification-share', ['week']),
    'fresh_by': '19:00',
    'lag_days': 7,
    'definition': '2020-03-01',
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

with electronic_certification_share as (

    {{ share_of(
        certificates(), indicator, 'electronic_certification_share', 'certificates', 'deaths',
        cube=ref('int_certificates__coverage')
    ) }}

)

select * from electronic_certification_share
