{% set indicator = coverage_indicator('first_booster_coverage', {
    'title': {'fr': "Couverture vaccinale : premier rappel", 'en': "Vaccination coverage: first booster"},
    'formula': {'fr': "min(99 ; 100 × personnes à ce jour / population)", 'en': "min(99, 100 × people to date / population)"},
}, ['all', 'vacsi', 'vacsi12']) %}
{{ declare_indicator(indicator) }}

with first_booster_coverage as (

    {{ coverage_of(indicator, 'first_booster_coverage', 'booster1_to_date') }}

)

select * from first_booster_coverage
