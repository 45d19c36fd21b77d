{% set indicator = with_strata(indicator_of(clusters(), 'clusters_reported', {
    'title': {'fr': "Nouveaux clusters", 'en': "New clusters"},
    'unit': {'fr': "clusters", 'en': "clusters"},
    'formula': {'fr': "clusters signalés pendant la période", 'en': "clusters reported in the period"},
    'definition': '2020-05-09',
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['place_kind', 'criticality', 'state'], clusters().periods) %}
{{ declare_indicator(indicator) }}

with clusters_reported as (

    {{ count_of(clusters(), indicator, 'clusters_reported', 'clusters') }}

)

select * from clusters_reported
