{% set indicator = indicator_of(contact_tracing(), 'contact_onset_to_test_delay', {
    'title': {'fr': "Délai médian entre symptômes et test des contacts", 'en': "Median delay from symptoms to test of contacts"},
    'unit': {'fr': "jours", 'en': "days"},
    'formula': {
        'fr': "médiane, parmi les cas index déjà connus comme contacts et symptomatiques, du nombre de jours entre le début des symptômes et le test",
        'en': "median, among index cases already known as contacts and with symptoms, of the days from onset of symptoms to the test",
    },
    'definition': '2020-05-13',
    'breakdowns': plain_breakdowns(contact_tracing().periods),
    'open_data': plain_file('contact-onset-to-test-delay', contact_tracing().periods),
    'figures': ['denominator', 'value'],
}) %}
{{ declare_indicator(indicator) }}

with contact_onset_to_test_delay as (

    {{ median_of(indicator, 'contact_onset_to_test_delay', 'int_contact_tracing__onset_delays') }}

)

select * from contact_onset_to_test_delay
