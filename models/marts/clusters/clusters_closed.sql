{% set indicator = indicator_of(clusters(), 'clusters_closed', {
    'title': {'fr': "Clusters clôturés", 'en': "Clusters closed"},
    'unit': {'fr': "clusters", 'en': "clusters"},
    'formula': {'fr': "clusters clôturés pendant la période", 'en': "clusters closed in the period"},
    'definition': '2020-05-09',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with clusters_closed as (

    {{ count_of(clusters(), indicator, 'clusters_closed', 'clusters_closed') }}

)

select * from clusters_closed
