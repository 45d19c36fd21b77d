{% set indicator = indicator_of(sequencing(), 'sequenced_share', {
    'title': {'fr': "Fraction d'échantillonnage du séquençage", 'en': "Sampling fraction of sequencing"},
    'unit': {'fr': "% des personnes testées positives", 'en': "% of people testing positive"},
    'formula': {
        'fr': "100 × séquences de l'enquête Flash de la semaine, interprétables ou non / personnes testées positives de la semaine",
        'en': "100 × sequences of the Flash survey of the week, interpretable or not / people testing positive in the week",
    },
    'definition': '2021-01-04',
    'figures': ['numerator', 'denominator', 'value'],
}) %}
{{ declare_indicator(indicator) }}

with sampled as (

    select
        samples.*,
        tests.cases
    from {{ ref('int_sequencing__cube') }} as samples
    left join {{ ref('int_testing__cube') }} as tests
        using (geo_level, geo_code, period, period_end, sex, age_scheme, age_class)

),

sequenced_share as (

    select
        {{ indicator_keys('sequenced_share') }},
        {{ figures_of(indicator, 'sequences', 'cases', percentage('sequences', 'cases')) }}
    from sampled
    where {{ in_breakdowns(indicator) }}

)

select * from sequenced_share
