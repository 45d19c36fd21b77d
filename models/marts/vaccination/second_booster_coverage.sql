{% set indicator = coverage_indicator('second_booster_coverage', {
    'title': {'fr': "Couverture vaccinale : deuxième rappel", 'en': "Vaccination coverage: second booster"},
    'formula': {'fr': "min(99 ; 100 × personnes à ce jour / population)", 'en': "min(99, 100 × people to date / population)"},
}) %}
{{ declare_indicator(indicator) }}

with second_booster_coverage as (

    {{ coverage_of(indicator, 'second_booster_coverage', 'booster2_to_date') }}

)

select * from second_booster_coverage
