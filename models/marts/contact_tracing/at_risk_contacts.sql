{% set indicator = with_strata(indicator_of(contact_tracing(), 'at_risk_contacts', {
    'title': {'fr': "Personnes-contacts à risque", 'en': "At-risk contacts"},
    'unit': {'fr': "personnes-contacts", 'en': "contacts"},
    'formula': {
        'fr': "personnes nommées par un cas, une fois par cas",
        'en': "people named by a case, once for each case",
    },
    'definition': '2020-05-13',
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['setting'], contact_tracing().periods) %}
{{ declare_indicator(indicator) }}

with at_risk_contacts as (

    {{ count_of(contact_tracing(), indicator, 'at_risk_contacts', 'contacts') }}

)

select * from at_risk_contacts
