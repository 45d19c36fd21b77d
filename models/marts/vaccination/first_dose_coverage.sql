{% set indicator = coverage_indicator('first_dose_coverage', {
    'title': {'fr': "Couverture vaccinale : au moins une dose", 'en': "Vaccination coverage: at least one dose"},
    'formula': {'fr': "min(99 ; 100 × personnes à ce jour / population)", 'en': "min(99, 100 × people to date / population)"},
}, ['all', 'vacsi', 'vacsi12']) %}
{{ declare_indicator(indicator) }}

with first_dose_coverage as (

    {{ coverage_of(indicator, 'first_dose_coverage', 'dose1_to_date') }}

)

select * from first_dose_coverage
