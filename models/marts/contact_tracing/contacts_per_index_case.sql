{% set indicator = indicator_of(contact_tracing(), 'contacts_per_index_case', {
    'title': {'fr': "Nombre moyen de contacts par cas", 'en': "Mean number of contacts per case"},
    'unit': {'fr': "personnes-contacts par cas", 'en': "contacts per case"},
    'formula': {
        'fr': "personnes-contacts des cas / cas index",
        'en': "contacts of the cases / index cases",
    },
    'definition': '2020-05-13',
    'figures': ['numerator', 'denominator', 'value'],
}) %}
{{ declare_indicator(indicator) }}

with contacts_per_index_case as (

    {{ ratio_of(contact_tracing(), indicator, 'contacts_per_index_case', 'contacts_named', 'index_cases') }}

)

select * from contacts_per_index_case
