{% set axes = {'period': ['week'], 'sex': ['all'], 'age': ['all']} %}
{% set indicator = indicator_of(risk(), 'active_circulation_zones', {
    'title': {'fr': "Zones de circulation active du virus", 'en': "Zones of active circulation of the virus"},
    'unit': {'fr': "départements", 'en': "départements"},
    'formula': {'fr': "départements déclarés zones de circulation active, par semaine", 'en': "départements declared zones of active circulation, by week"},
    'breakdowns': [dict(axes, geo=['FRA', 'REG', 'DEP'])],
    'open_data': [dict(axes, name='active-circulation-zones', geo=['FRA', 'REG', 'DEP'])],
    'definition': '2020-05-11',
    'figures': ['value'],
}) %}
{{ declare_indicator(indicator) }}

with active_circulation_zones as (

    {{ stock_of(risk(), indicator, 'active_circulation_zones', 'active_zones') }}

)

select * from active_circulation_zones
