{% set indicator = sentinel_icu_indicator('sentinel_icu_comorbidity_share', {
    'title': {
        'fr': "Part des cas graves avec comorbidité (services sentinelles)",
        'en': "Share of severe cases with a comorbidity (sentinel intensive care)",
    },
    'unit': {'fr': "% des cas renseignés", 'en': "% of cases of which it is known"},
    'formula': {
        'fr': "100 × cas avec au moins une comorbidité / cas pour lesquels on sait s'il y en a",
        'en': "100 × cases with at least one comorbidity / cases of which it is known whether there is one",
    },
}) %}
{{ declare_indicator(indicator) }}

with sentinel_icu_comorbidity_share as (

    {{ share_of(
        sentinel_icu(), indicator, 'sentinel_icu_comorbidity_share', 'with_comorbidity', 'comorbidity_known'
    ) }}

)

select * from sentinel_icu_comorbidity_share
