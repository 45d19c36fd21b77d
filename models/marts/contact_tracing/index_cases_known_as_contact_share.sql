{% set indicator = indicator_of(contact_tracing(), 'index_cases_known_as_contact_share', {
    'title': {'fr': "Part de cas déjà connus comme contacts", 'en': "Share of cases already known as contacts"},
    'unit': {'fr': "% des cas renseignés", 'en': "% of cases of whom it is said"},
    'formula': {
        'fr': "100 × cas index déjà connus comme personnes-contacts / cas index pour lesquels c'est renseigné",
        'en': "100 × index cases already known as contacts / index cases of whom it is said",
    },
    'definition': '2020-05-13',
}) %}
{{ declare_indicator(indicator) }}

with index_cases_known_as_contact_share as (

    {{ share_of(
        contact_tracing(), indicator, 'index_cases_known_as_contact_share', 'index_cases_known', 'index_cases_told'
    ) }}

)

select * from index_cases_known_as_contact_share
