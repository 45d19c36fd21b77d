{% set dataset = {
    'name': 'sp-ti-tp-td-heb-dep-18ans',
    'title': {'fr': "Taux hebdomadaires par niveau scolaire, départements", 'en': 'Weekly rates by school level, départements'},
    'description': {
        'fr': "Taux d'incidence (ti), de positivité (tp, %) et de dépistage (td) par semaine ISO, département et niveau scolaire (0 : tous âges, 02, 05, 10, 14, 17 : borne supérieure, 18 : adultes).",
        'en': "Incidence (ti), positivity (tp, %) and testing (td) rates by ISO week, département and school level (0: all ages, 02, 05, 10, 14, 17: upper bound, 18: adults).",
    },
    'source': 'sidep',
    'order_by': ['dep', 'semaine', 'age_18ans'],
    'fresh_by': '19:00',
    'lag_days': 3,
    'group': 'screening rates',
} %}
{{ declare_dataset(dataset) }}

with cube as (

    select * from {{ ref('int_testing__cube') }}
    where
        geo_level = 'DEP'
        and geo_code <> 'unknown'
        and period = 'week'
        and sex = 'all'
        and age_scheme in ('all', 'school')
        and age_class <> 'unknown'

),

sp_ti_tp_td_heb_dep_18ans as (

    select
        geo_code as dep,
        strftime(period_end, '%G-S%V') as semaine,
        case age_class when 'all' then '0' else age_class end as age_18ans,
        {{ official_rounding(rate_per_100k('cases', 'population')) }} as ti,
        {{ official_rounding(percentage('cases', 'tested')) }} as tp,
        {{ official_rounding(rate_per_100k('tested', 'population')) }} as td
    from cube

)

select * from sp_ti_tp_td_heb_dep_18ans
