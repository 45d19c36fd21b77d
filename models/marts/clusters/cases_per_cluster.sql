{% set indicator = indicator_of(clusters(), 'cases_per_cluster', {
    'title': {'fr': "Nombre moyen de cas par cluster", 'en': "Mean number of cases per cluster"},
    'unit': {'fr': "cas par cluster", 'en': "cases per cluster"},
    'formula': {'fr': "cas des clusters signalés pendant la période / ces clusters", 'en': "cases of the clusters reported in the period / these clusters"},
    'definition': '2020-05-09',
    'figures': ['numerator', 'denominator', 'value'],
}) %}
{{ declare_indicator(indicator) }}

with cases_per_cluster as (

    {{ ratio_of(clusters(), indicator, 'cases_per_cluster', 'cluster_cases', 'clusters') }}

)

select * from cases_per_cluster
