{% set indicator = coverage_indicator('third_booster_coverage', {
    'title': {'fr': "Couverture vaccinale : troisième rappel", 'en': "Vaccination coverage: third booster"},
    'formula': {'fr': "min(99 ; 100 × personnes à ce jour / population)", 'en': "min(99, 100 × people to date / population)"},
}) %}
{{ declare_indicator(indicator) }}

with third_booster_coverage as (

    {{ coverage_of(indicator, 'third_booster_coverage', 'booster3_to_date') }}

)

select * from third_booster_coverage
