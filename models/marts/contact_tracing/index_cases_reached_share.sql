{% set indicator = indicator_of(contact_tracing(), 'index_cases_reached_share', {
    'title': {'fr': "Part de cas joints", 'en': "Share of cases who were reached"},
    'unit': {'fr': "% des cas index", 'en': "% of index cases"},
    'formula': {
        'fr': "100 × cas index joints / cas index",
        'en': "100 × index cases who were reached / index cases",
    },
    'definition': '2020-05-13',
}) %}
{{ declare_indicator(indicator) }}

with index_cases_reached_share as (

    {{ share_of(contact_tracing(), indicator, 'index_cases_reached_share', 'index_cases_reached', 'index_cases') }}

)

select * from index_cases_reached_share
