{% set indicator = sentinel_indicator('sentinel_ari_incidence', {
    'title': {
        'fr': "Incidence des infections respiratoires aiguës vues par les médecins Sentinelles",
        'en': "Incidence of acute respiratory infections seen by sentinel GPs",
    },
    'unit': {'fr': "pour 100 000 habitants", 'en': "per 100,000 inhabitants"},
    'formula': {
        'fr': "100 000 × cas d'infection respiratoire aiguë / patientèle des médecins ; France : moyenne des régions, chacune selon sa population",
        'en': "100,000 × cases of acute respiratory infection / patients in the care of the GPs; France: mean of the régions, each by its population",
    },
    'population': true,
}) %}
{{ declare_indicator(indicator) }}

with sentinel_ari_incidence as (

    {{ sentinel_incidence_of(indicator, 'sentinel_ari_incidence') }}

)

select * from sentinel_ari_incidence
