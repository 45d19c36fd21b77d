{% set dataset = {
    'name': 'deces-quotidiens-departement',
    'title': {'fr': "Décès quotidiens par département, mars à juillet 2020", 'en': "Daily deaths by département, March to July 2020"},
    'description': {
        'fr': "Décès cumulés depuis le 1er mars, au jour du décès, dans toutes les communes et dans celles à envoi dématérialisé, en 2020 et les deux années d'avant ; NA : jour non connu.",
        'en': "Deaths since 1 March by day of death, in all communes and in those that transmit electronically, in 2020 and the two years before; NA: a day that is not known.",
    },
    'source': 'insee_deces',
    'order_by': ['Zone', 'Date_evenement'],
    'fresh_by': '19:00',
    'lag_days': 7,
    'closed': '2020-07-31',
    'group': 'deaths',
} %}
{{ declare_dataset(dataset) }}

with deces_quotidiens_departement as (

    {{ daily_deaths(2020) }}

)

select * from deces_quotidiens_departement
