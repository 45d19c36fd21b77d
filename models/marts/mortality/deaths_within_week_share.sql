{% set indicator = indicator_of(mortality(), 'deaths_within_week_share', {
    'title': {'fr': "Part des décès transmis en sept jours", 'en': "Share of deaths transmitted within seven days"},
    'unit': {'fr': "% des décès", 'en': "% of deaths"},
    'formula': {'fr': "100 × décès transmis au plus tard sept jours après / décès", 'en': "100 × deaths transmitted at most seven days after / deaths"},
    'definition': '2020-03-01',
}) %}
{{ declare_indicator(indicator) }}

with deaths_within_week_share as (

    {{ share_of(mortality(), indicator, 'deaths_within_week_share', 'deaths_soon', 'deaths') }}

)

select * from deaths_within_week_share
