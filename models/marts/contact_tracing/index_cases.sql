{% set indicator = indicator_of(contact_tracing(), 'index_cases', {
    'title': {'fr': "Cas index enregistrés dans Contact Covid", 'en': "Index cases entered in Contact Covid"},
    'unit': {'fr': "cas", 'en': "cases"},
    'formula': {
        'fr': "cas confirmés enregistrés dans Contact Covid",
        'en': "confirmed cases entered in Contact Covid",
    },
    'definition': '2020-05-13',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with index_cases as (

    {{ count_of(contact_tracing(), indicator, 'index_cases', 'index_cases') }}

)

select * from index_cases
