{% set indicator = indicator_of(contact_tracing(), 'contacts_called_within_24h_share', {
    'title': {'fr': "Part de contacts appelés en moins de 24 heures", 'en': "Share of contacts called within 24 hours"},
    'unit': {'fr': "% des personnes-contacts", 'en': "% of contacts"},
    'formula': {
        'fr': "100 × personnes-contacts appelées moins de 24 heures après avoir été nommées / personnes-contacts",
        'en': "100 × contacts called less than 24 hours after being named / contacts",
    },
    'definition': '2020-05-13',
}) %}
{{ declare_indicator(indicator) }}

with contacts_called_within_24h_share as (

    {{ share_of(
        contact_tracing(), indicator, 'contacts_called_within_24h_share', 'contacts_called_within_24h', 'contacts'
    ) }}

)

select * from contacts_called_within_24h_share
