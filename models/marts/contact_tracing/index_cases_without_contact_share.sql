{% set indicator = indicator_of(contact_tracing(), 'index_cases_without_contact_share', {
    'title': {'fr': "Part de cas sans contact", 'en': "Share of cases without contact"},
    'unit': {'fr': "% des cas index", 'en': "% of index cases"},
    'formula': {
        'fr': "100 × cas index sans personne-contact / cas index",
        'en': "100 × index cases without contact / index cases",
    },
    'definition': '2020-05-13',
}) %}
{{ declare_indicator(indicator) }}

with index_cases_without_contact_share as (

    {{ share_of(
        contact_tracing(), indicator, 'index_cases_without_contact_share', 'index_cases_without_contact', 'index_cases'
    ) }}

)

select * from index_cases_without_contact_share
