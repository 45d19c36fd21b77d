{% set indicator = with_strata(indicator_of(contact_tracing(), 'contacts_becoming_cases_share', {
    'title': {'fr': "Part de contacts devenus cas", 'en': "Share of contacts who became cases"},
    'unit': {'fr': "% des personnes-contacts", 'en': "% of contacts"},
    'formula': {
        'fr': "100 × personnes-contacts devenues cas / personnes-contacts",
        'en': "100 × contacts who became cases / contacts",
    },
    'definition': '2020-05-13',
}), ['setting'], contact_tracing().periods) %}
{{ declare_indicator(indicator) }}

with contacts_becoming_cases_share as (

    {{ share_of(
        contact_tracing(), indicator, 'contacts_becoming_cases_share', 'contacts_became_cases', 'contacts'
    ) }}

)

select * from contacts_becoming_cases_share
