{% set indicator = coverage_indicator('bivalent_booster_coverage', {
    'title': {'fr': "Couverture vaccinale : rappel bivalent", 'en': "Vaccination coverage: bivalent booster"},
    'formula': {'fr': "min(99 ; 100 × personnes à ce jour / population)", 'en': "min(99, 100 × people to date / population)"},
}) %}
{{ declare_indicator(indicator) }}

with bivalent_booster_coverage as (

    {{ coverage_of(indicator, 'bivalent_booster_coverage', 'bivalent_to_date') }}

)

select * from bivalent_booster_coverage
