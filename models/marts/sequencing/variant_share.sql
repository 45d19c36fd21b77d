{% set indicator = indicator_of(sequencing(), 'variant_share', {
    'title': {'fr': "Part de chaque variant parmi les séquences", 'en': "Share of each variant among sequences"},
    'unit': {'fr': "% des séquences interprétables", 'en': "% of interpretable sequences"},
    'formula': {
        'fr': "100 × séquences du variant / séquences interprétables de l'enquête Flash",
        'en': "100 × sequences of the variant / interpretable sequences of the Flash survey",
    },
    'breakdowns': [{'geo': ['FRA', 'REG'], 'period': ['week'], 'sex': ['all'], 'age': ['all'], 'strata': ['variant']}],
    'open_data': [
        {
            'name': 'variant-share', 'geo': ['FRA', 'REG'], 'period': ['week'], 'sex': ['all'], 'age': ['all'],
            'strata': ['variant'],
        },
    ],
    'definition': '2021-01-04',
}) %}
{{ declare_indicator(indicator) }}

with shares as (

    {{ share_of(sequencing(), indicator, 'variant_share', 'interpretable', 'known') }}

),

surveys as (

    select
        period_end,
        interpretable
    from {{ ref('int_sequencing__cube') }}
    where geo_level = 'FRA'

),

variant_share as (

    select {{ told_of_survey('shares', 'surveys.interpretable') }}
    from shares
    inner join surveys on shares.period_end = surveys.period_end

)

select * from variant_share
