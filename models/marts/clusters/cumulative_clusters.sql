{% set indicator = with_strata(indicator_of(clusters(), 'cumulative_clusters', {
    'title': {'fr': "Clusters signalés, cumul", 'en': "Clusters reported, cumulative"},
    'unit': {'fr': "clusters", 'en': "clusters"},
    'formula': {'fr': "clusters signalés depuis le début", 'en': "clusters reported since the beginning"},
    'definition': '2020-05-09',
    'period': ['cumulative'],
    'figures': ['value'],
}), ['place_kind', 'criticality', 'state'], ['cumulative']) %}
{{ declare_indicator(indicator) }}

with cumulative_clusters as (

    {{ cumulative_of(clusters(), indicator, 'cumulative_clusters', 'clusters_to_date') }}

)

select * from cumulative_clusters
