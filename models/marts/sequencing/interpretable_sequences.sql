{% set indicator = indicator_of(sequencing(), 'interpretable_sequences', {
    'title': {'fr': "Séquences interprétables", 'en': "Interpretable sequences"},
    'unit': {'fr': "séquences", 'en': "sequences"},
    'formula': {
        'fr': "séquences de l'enquête Flash de la semaine dont une lignée est dite",
        'en': "sequences of the Flash survey of the week of which a lineage is told",
    },
    'definition': '2021-01-04',
    'figures': ['value', 'ci_low', 'ci_high'],
}) %}
{{ declare_indicator(indicator) }}

with interpretable_sequences as (

    {{ count_of(sequencing(), indicator, 'interpretable_sequences', 'interpretable') }}

)

select * from interpretable_sequences
