{% set indicator = with_strata(indicator_of(clusters(), 'clusters_under_way', {
    'title': {'fr': "Clusters en cours", 'en': "Clusters under way"},
    'unit': {'fr': "clusters", 'en': "clusters"},
    'formula': {'fr': "clusters signalés et non clôturés, en fin de période", 'en': "clusters reported and not closed, at the end of the period"},
    'definition': '2020-05-09',
    'period': ['day', 'week'],
    'figures': ['value'],
}), ['place_kind', 'criticality'], ['day', 'week']) %}
{{ declare_indicator(indicator) }}

with clusters_under_way as (

    {{ stock_of(clusters(), indicator, 'clusters_under_way', 'under_way') }}

)

select * from clusters_under_way
