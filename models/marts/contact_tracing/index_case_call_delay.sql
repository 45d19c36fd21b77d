{% set indicator = indicator_of(contact_tracing(), 'index_case_call_delay', {
    'title': {'fr': "Délai médian entre test et premier appel d'un cas", 'en': "Median delay from test to first call of a case"},
    'unit': {'fr': "jours", 'en': "days"},
    'formula': {
        'fr': "médiane, parmi les cas index appelés, du nombre de jours entre le test et le premier appel",
        'en': "median, among index cases who were called, of the days from the test to the first call",
    },
    'definition': '2020-05-13',
    'breakdowns': plain_breakdowns(contact_tracing().periods),
    'open_data': plain_file('index-case-call-delay', contact_tracing().periods),
    'figures': ['denominator', 'value'],
}) %}
{{ declare_indicator(indicator) }}

with index_case_call_delay as (

    {{ median_of(indicator, 'index_case_call_delay', 'int_contact_tracing__case_call_delays') }}

)

select * from index_case_call_delay
