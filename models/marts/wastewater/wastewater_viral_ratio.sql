{% set indicator = wastewater_indicator('wastewater_viral_ratio', {
    'title': {
        'fr': "Ratio viral dans les eaux usées",
        'en': "Viral ratio in waste water",
    },
    'unit': {
        'fr': "copies du génome par mg d'azote ammoniacal",
        'en': "copies of the genome per mg of ammoniacal nitrogen",
    },
    'formula': {
        'fr': "charge virale (copies/L) / azote ammoniacal (mg/L) ; France : moyenne des stations qui ont transmis, chacune selon la population raccordée",
        'en': "viral load (copies/L) / ammoniacal nitrogen (mg/L); France: mean of the plants that reported, each by the population served",
    },
}) %}
{{ declare_indicator(indicator) }}

with wastewater_viral_ratio as (

    {{ wastewater_figure_of(indicator, 'wastewater_viral_ratio', 'ratio', 'plants') }}

)

select * from wastewater_viral_ratio
