{% set dataset = {
    'name': 'indicateurs-de-suivi',
    'title': {'fr': "Indicateurs de suivi de l'épidémie et leurs couleurs, départements", 'en': 'Indicators of the follow-up of the epidemic and their colours, départements'},
    'description': {
        'fr': "Par département : incidence sur sept jours (tx_incid, pour 100 000 : vert jusqu'à 10, orange jusqu'à 50, rouge au-delà) et positivité (tx_pos, % : 5 et 10) d'après les tests ; nombre de reproduction (R : 1 et 1,5) et occupation des lits de soins critiques (taux_occupation_sae, % : 30 et 60) de la région. nb_orange et nb_rouge comptent les couleurs du jour. Vide : pas de chiffre.",
        'en': "By département: seven-day incidence (tx_incid, per 100,000: green up to 10, orange up to 50, red above) and positivity (tx_pos, %: 5 and 10) from tests; reproduction number (R: 1 and 1.5) and critical-care occupancy (taux_occupation_sae, %: 30 and 60) of the region. nb_orange and nb_rouge count the colours of the day. Empty: no figure.",
    },
    'source': 'sivic',
    'order_by': ['departement', 'extract_date'],
    'fresh_by': '19:00',
    'lag_days': 0,
    'follows': ['screening rates', 'hospital stays'],
} %}
{{ declare_dataset(dataset) }}

with synthesis as (

    select
        date as extract_date,
        dep as departement,
        (reg::integer)::varchar as region,
        lib_reg as libelle_reg,
        lib_dep as libelle_dep,
        tx_incid,
        {{ official_rounding('"R"') }} as "R",
        round(100 * "TO", 1) as taux_occupation_sae,
        tx_pos
    from {{ ref('table_indicateurs_open_data_dep') }}
    where "TO" is not null

),

coloured as (

    select
        *,
        {{ colours() }}
    from synthesis

),

indicateurs_de_suivi as (

    select
        *,
        {{ number_of_colour('orange') }} as nb_orange,
        {{ number_of_colour('rouge') }} as nb_rouge
    from coloured

)

select * from indicateurs_de_suivi
