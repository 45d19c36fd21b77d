{% set dataset = {
    'name': 'sg-metro',
    'title': {'fr': "Taux d'incidence sur sept jours glissants, métropoles", 'en': 'Seven-day incidence rate, métropoles'},
    'description': {
        'fr': "Taux d'incidence pour 100 000 habitants des 22 métropoles, tous âges (0) et 65 ans et plus (65).",
        'en': "Incidence rate per 100,000 inhabitants of the 22 métropoles, all ages (0) and 65 and over (65).",
    },
    'source': 'sidep',
    'order_by': ['epci2020', 'semaine_glissante', 'clage_65'],
    'fresh_by': '19:00',
    'lag_days': 3,
    'group': 'local classes',
} %}
{{ declare_dataset(dataset) }}

with cube as (

    select * from {{ ref('int_testing__local_cube') }}
    where geo_level = 'METRO' and period = 'rolling7' and age_class in ('all', '65')

),

sg_metro as (

    select
        geo_code as epci2020,
        strftime(period_start, '%Y-%m-%d') || '-' || strftime(period_end, '%Y-%m-%d') as semaine_glissante,
        case age_class when 'all' then '0' else age_class end as clage_65,
        {{ official_rounding(rate_per_100k('cases', 'population')) }} as ti
    from cube

)

select * from sg_metro
