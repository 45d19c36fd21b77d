{% set indicator = indicator_of(contact_tracing(), 'contact_call_delay', {
    'title': {'fr': "Délai médian avant le premier appel d'un contact", 'en': "Median delay to the first call of a contact"},
    'unit': {'fr': "heures", 'en': "hours"},
    'formula': {
        'fr': "médiane, parmi les personnes-contacts appelées, du nombre d'heures entières entre le moment où elles sont nommées et le premier appel",
        'en': "median, among contacts who were called, of the whole hours from being named to the first call",
    },
    'definition': '2020-05-13',
    'breakdowns': plain_breakdowns(contact_tracing().periods),
    'open_data': plain_file('contact-call-delay', contact_tracing().periods),
    'figures': ['denominator', 'value'],
}) %}
{{ declare_indicator(indicator) }}

with contact_call_delay as (

    {{ median_of(indicator, 'contact_call_delay', 'int_contact_tracing__contact_call_delays') }}

)

select * from contact_call_delay
