{% set dataset = {
    'name': 'late-deaths',
    'title': {'fr': "Complétude des semaines de décès selon leur âge", 'en': "Completeness of weeks of deaths by their age"},
    'description': {
        'fr': "Part des décès d'une semaine que les communes avaient transmis quand elle avait de 0 à 8 semaines, par rapport à ce qui en est connu aujourd'hui.",
        'en': "Share of the deaths of a week that the communes had transmitted when it was 0 to 8 weeks old, against what is known of it now.",
    },
    'source': 'insee_deces',
    'order_by': ['geo_niveau', 'geo_code', 'semaine', 'age_semaines'],
    'fresh_by': '19:00',
    'lag_days': 7,
} %}
{{ declare_dataset(dataset) }}

with late_deaths as (

    select
        geo_level as geo_niveau,
        geo_code,
        strftime(week_end, '%G-S%V') as semaine,
        weeks_old as age_semaines,
        deaths_known as deces_connus,
        deaths as deces,
        {{ official_rounding(percentage('deaths_known', 'deaths')) }} as completude
    from {{ ref('int_mortality__transmission') }}

)

select * from late_deaths
