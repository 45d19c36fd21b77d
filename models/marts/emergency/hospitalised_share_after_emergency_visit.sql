{% set indicator = indicator_of(emergency(), 'hospitalised_share_after_emergency_visit', {
    'title': {'fr': "Part d'hospitalisation après passage aux urgences pour suspicion de Covid-19", 'en': "Share hospitalised after an emergency visit for suspected Covid-19"},
    'unit': {'fr': "% des passages pour suspicion de Covid-19", 'en': "% of visits for suspected Covid-19"},
    'formula': {'fr': "100 × hospitalisations après passage / passages pour suspicion de Covid-19", 'en': "100 × hospitalisations after a visit / visits for suspected Covid-19"},
    'definition': '2020-02-24',
}) %}
{{ declare_indicator(indicator) }}

with hospitalised_share_after_emergency_visit as (

    {{ share_of(
        emergency(), indicator, 'hospitalised_share_after_emergency_visit', 'hospitalised_covid', 'visits_covid', minimum=var('minimum_coded')
    ) }}

)

select * from hospitalised_share_after_emergency_visit
