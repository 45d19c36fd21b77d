{% set indicator = coverage_indicator('complete_scheme_coverage', {
    'title': {'fr': "Couverture vaccinale : schéma complet", 'en': "Vaccination coverage: complete scheme"},
    'formula': {'fr': "min(99 ; 100 × personnes à ce jour / population)", 'en': "min(99, 100 × people to date / population)"},
}, ['all', 'vacsi', 'vacsi12']) %}
{{ declare_indicator(indicator) }}

with complete_scheme_coverage as (

    {{ coverage_of(indicator, 'complete_scheme_coverage', 'complete_to_date') }}

)

select * from complete_scheme_coverage
