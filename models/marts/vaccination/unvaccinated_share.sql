{% set indicator = coverage_indicator('unvaccinated_share', {
    'title': {'fr': "Part de la population non vaccinée", 'en': "Share of the population not vaccinated"},
    'formula': {'fr': "100 − couverture vaccinale d'au moins une dose", 'en': "100 − vaccination coverage of at least one dose"},
}, dep_ages=['all', 'vacsi']) %}
{{ declare_indicator(indicator) }}

with unvaccinated_share as (

    select
        {{ indicator_keys('unvaccinated_share') }},
        case when population > 0 then greatest(0, population - dose1_to_date) end as numerator,
        population as denominator,
        100.0 - {{ coverage('dose1_to_date', 'population') }} as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator, 'population_vintage') }}
    {{ cube_of_indicator(vaccination(), indicator, ['dose1_to_date'], cube_to_date(vaccination(), indicator)) }}

)

select * from unvaccinated_share
