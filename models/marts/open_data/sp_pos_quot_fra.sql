{% set dataset = {
    'name': 'sp-pos-quot-fra',
    'title': {'fr': "Résultats des tests virologiques par sexe, France", 'en': 'Virological test results by sex, France'},
    'description': {
        'fr': "Personnes positives (P) et testées (T) par jour, sexe (f, h) et classe d'âge de dix ans (0 : tous âges). Le sexe inconnu n'est que dans le total.",
        'en': "People positive (P) and tested (T) by day, sex (f, h) and ten-year age class (0: all ages). Unknown sex is in the total only.",
    },
    'source': 'sidep',
    'order_by': ['jour', 'cl_age90'],
    'fresh_by': '19:00',
    'lag_days': 3,
    'group': 'screening rates',
} %}
{{ declare_dataset(dataset) }}

with cube as (

    select * from {{ ref('int_testing__cube') }}
    where geo_level = 'FRA' and period = 'day' and age_scheme in ('all', 'age10') and age_class <> 'unknown'

),

sp_pos_quot_fra as (

    select
        geo_code as fra,
        period_end as jour,
        sum(cases) filter (sex = 'F')::integer as "P_f",
        sum(cases) filter (sex = 'M')::integer as "P_h",
        sum(cases) filter (sex = 'all')::integer as "P",
        sum(tested) filter (sex = 'F')::integer as "T_f",
        sum(tested) filter (sex = 'M')::integer as "T_h",
        sum(tested) filter (sex = 'all')::integer as "T",
        case age_class when 'all' then '0' else age_class end as cl_age90,
        max(population) filter (sex = 'all') as pop
    from cube
    group by geo_code, period_end, age_class

)

select * from sp_pos_quot_fra
