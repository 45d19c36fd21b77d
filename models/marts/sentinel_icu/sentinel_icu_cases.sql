{% set indicator = with_strata(sentinel_icu_indicator('sentinel_icu_cases', {
    'title': {
        'fr': "Cas graves de Covid-19 admis en réanimation (services sentinelles)",
        'en': "Severe cases of Covid-19 admitted to sentinel intensive care",
    },
    'unit': {'fr': "cas", 'en': "cases"},
    'formula': {
        'fr': "fiches de cas graves admis dans la semaine",
        'en': "forms of severe cases admitted in the week",
    },
}), ['severity'], ['week']) %}
{{ declare_indicator(indicator) }}

with sentinel_icu_cases as (

    {{ count_of(sentinel_icu(), indicator, 'sentinel_icu_cases', 'icu_cases') }}

)

select * from sentinel_icu_cases
