{% set indicator = wastewater_indicator('wastewater_weekly_change', {
    'title': {
        'fr': "Évolution hebdomadaire du ratio viral dans les eaux usées",
        'en': "Weekly change of the viral ratio in waste water",
    },
    'unit': {'fr': "%", 'en': "%"},
    'formula': {
        'fr': "100 × (ratio de la semaine / ratio de la semaine précédente - 1), stations présentes les deux semaines",
        'en': "100 × (ratio of the week / ratio of the week before - 1), plants that reported in both weeks",
    },
    'reach': reach_of_weekly_change(),
}) %}
{{ declare_indicator(indicator) }}

with wastewater_weekly_change as (

    {{ wastewater_figure_of(indicator, 'wastewater_weekly_change', 'weekly_change', 'plants_compared') }}

)

select * from wastewater_weekly_change
