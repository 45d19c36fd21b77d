{% set indicator = {
    'title': {'fr': "Nombre cumulé de cas", 'en': 'Cumulative cases'},
    'unit': {'fr': 'personnes', 'en': 'people'},
    'formula': {'fr': "somme des personnes positives depuis le premier jour", 'en': "sum of people positive since the first day"},
    'source': 'sidep',
    'breakdowns': [{'geo': ['FRA', 'REG', 'DEP'], 'period': ['cumulative'], 'sex': ['all', 'F', 'M', 'unknown'], 'age': ['all', 'age10', 'age15', 'school']}],
    'open_data': cumulative_files('cumulative-cases'),
    'fresh_by': '19:00',
    'lag_days': 3,
    'definition': '2020-12-08',
    'figures': ['value', 'ci_low', 'ci_high'],
    'changes': [{
        'date': '2020-12-08',
        'fr': "Tests antigéniques inclus ; un second positif dans les 60 jours n'est plus compté ; une personne négative plusieurs fois compte chaque fois.",
        'en': 'Antigenic tests included; a second positive within 60 days no longer counts; a person negative several times counts each time.',
    }],
} %}
{{ declare_indicator(indicator) }}

with cube as (

    select * from {{ ref('int_testing__cube') }}
    where period = 'day'

),

running as (

    select
        * replace ('cumulative' as period, min(period_start) over () as period_start),
        sum(cases) over (
            partition by geo_level, geo_code, sex, age_scheme, age_class
            order by period_end
        ) as cases_to_date
    from cube

),

cumulative_cases as (

    select
        {{ indicator_keys('cumulative_cases') }},
        cases_to_date::double as numerator,
        null::double as denominator,
        cases_to_date::double as value,
        {{ count_low('cases_to_date') }} as ci_low,
        {{ count_high('cases_to_date') }} as ci_high,
        {{ indicator_status(indicator) }}
    from running
    where {{ in_breakdowns(indicator) }}

)

select * from cumulative_cases
