{% set indicator = indicator_of(certificates(), 'certifying_establishments', {
    'title': {'fr': "Établissements ayant certifié au moins un décès", 'en': "Establishments that certified at least one death"},
    'unit': {'fr': "établissements", 'en': "establishments"},
    'formula': {'fr': "établissements (FINESS) ayant certifié au moins un décès depuis le début", 'en': "establishments (FINESS) that certified at least one death since the beginning"},
    'breakdowns': plain_breakdowns(['cumulative']),
    'open_data': plain_file('certifying-establishments', ['cumulative']),
    'definition': '2020-03-01',
    'figures': ['value'],
}) %}
{{ declare_indicator(indicator) }}

with establishments as (

    select
        *,
        'cumulative' as period,
        'all' as sex,
        'all' as age_scheme,
        'all' as age_class
    from {{ ref('int_certificates__establishments') }}

),

certifying_establishments as (

    select
        {{ indicator_keys('certifying_establishments') }},
        {{ figures_of(indicator, 'establishments', 'null', 'establishments') }}
    from establishments

)

select * from certifying_establishments
