{% set dataset = {
    'name': 'sursaud-covid19-hebdomadaire-france',
    'title': {'fr': "SurSaUD : passages aux urgences et actes SOS Médecins hebdomadaires, France", 'en': 'SurSaUD: weekly emergency visits and SOS Médecins acts, France'},
    'description': {
        'fr': "Passages aux urgences et actes SOS Médecins codés : total, suspicion de Covid-19, hospitalisations après passage, par classe d'âge (0 : tous âges) ; hommes (_h) et femmes (_f) pour tous les âges seulement.",
        'en': "Coded emergency visits and SOS Médecins acts: total, suspected Covid-19, hospitalisations after a visit, by age class (0: all ages); men (_h) and women (_f) for all ages only.",
    },
    'source': 'oscour',
    'order_by': ['fra', 'semaine', 'sursaud_cl_age_corona'],
    'fresh_by': '19:00',
    'lag_days': 1,
    'group': 'sursaud',
} %}
{{ declare_dataset(dataset) }}

with sursaud_hebdomadaire_france as (

    {{ sursaud_layout('fra', 'week') }}

)

select * from sursaud_hebdomadaire_france
