{#
  Vaccinations, counted on the day of the injection, in the département of residence. Every injection is a dose given; a
  person counts once for each dose by rank, for the complete scheme, for each booster and for the bivalent one, on the
  first day on which it was entered. Cells stand at three levels: `dep` (département × sex × age class), `vaccine`
  (département × product) and `target_group`. Measures are SQL on a row of `int_vaccination__facts`; people to date are
  the running sum of a flow.
#}
{% macro vaccination() -%}
    {{ return(theme({
        'name': 'vaccination',
        'feeds': ['vacsi', 'erasure'],
        'records': 'stg_vacsi__injections',
        'key': 'injection_key',
        'sender': 'centre',
        'persons': true,
        'context': 'person_key',
        'content': [
            'record_kind', 'injected_on', 'dose', 'vaccine', 'is_complete', 'booster', 'sex', 'age', 'dep', 'com',
            'injection_dep', 'target_group'
        ],
        'bands': 'int_vaccination__ages',
        'band': 'vacsi',
        'age_schemes': ['vacsi', 'vacsi12'],
        'indicators': {
            'period': ['day', 'rolling7', 'week'], 'age': ['all', 'vacsi'], 'fresh_by': '19:00', 'lag_days': 1
        },
        'keys': {
            'sex': "'all'", 'age_band': "'all'",
            'vaccine': {'total': "'all'", 'text': "Product, at the level vaccine; all where it is a total."},
            'target_group': {'total': "'all'", 'text': "Target group, at its own level; all where it is a total."},
        },
        'levels': {
            'dep': {'keys': {'sex': 'sex', 'age_band': 'age_band'}},
            'vaccine': {'keys': {'vaccine': 'vaccine'}},
            'target_group': {'keys': {'target_group': 'target_group'}},
        },
        'strata': {
            'vaccine': {'fr': "vaccin", 'en': "vaccine", 'classes': vaccine_classes()},
            'target_group': {
                'fr': "population cible", 'en': "target group",
                'classes': {
                    'resident': {
                        'sql': "target_group = 'resident'",
                        'fr': "résidents en Ehpad ou USLD", 'en': "care home residents",
                    },
                    'staff': {
                        'sql': "target_group = 'staff'",
                        'fr': "professionnels en Ehpad ou USLD", 'en': "care home staff",
                    },
                    'liberal': {
                        'sql': "target_group = 'liberal'",
                        'fr': "professionnels de santé libéraux", 'en': "health professionals in private practice",
                    },
                    'carer': {
                        'sql': "target_group = 'carer'",
                        'fr': "autres professionnels de santé", 'en': "other health professionals",
                    },
                    'other': {'fr': "autres personnes", 'en': "other people"},
                },
            },
        },
        'days_by_stratum': ['vaccine', 'target_group'],
        'flows': vaccination_flows(),
        'stocks': vaccination_stocks(),
        'explains': {
            'dose1': explained_by('first-doses-dep'), 'complete': explained_by('complete-schemes-dep'),
            'booster1': explained_by('first-boosters-dep'),
        },
        'watched': {'day': 'injected_on', 'shares': {'complete': {'of': 'is_complete'}}},
    })) }}
{%- endmacro %}


{# What is counted: doses given, and the people who got each of them. #}
{% macro vaccination_flows() -%}
    {%- set flows = {'doses': {'sql': '1', 'text': "Injections."}} -%}
    {%- for rank in range(1, 5) -%}
        {%- do flows.update({'dose' ~ rank: {
            'sql': '(is_first_of_dose and dose = ' ~ rank ~ ')::int', 'text': "People given dose " ~ rank ~ "."
        }}) -%}
    {%- endfor -%}
    {%- do flows.update({'complete': {
        'sql': 'is_first_complete::int', 'text': "People whose primary scheme is complete from the day on."
    }}) -%}
    {%- for number in range(1, 4) -%}
        {%- do flows.update({'booster' ~ number: {
            'sql': '(is_first_of_booster and booster = ' ~ number ~ ')::int', 'text': "People given booster " ~ number ~ "."
        }}) -%}
    {%- endfor -%}
    {%- do flows.update({'bivalent': {
        'sql': 'is_first_bivalent::int', 'text': "People given a bivalent booster."
    }}) -%}
    {{ return(flows) }}
{%- endmacro %}


{# People to date for each of them. #}
{% macro vaccination_stocks() -%}
    {%- set stocks = {} -%}
    {%- for name, of in vaccination_flows().items() if name != 'doses' -%}
        {%- do stocks.update({name ~ '_to_date': {'net': name, 'text': of.text[:-1] ~ ", to date."}}) -%}
    {%- endfor -%}
    {{ return(stocks) }}
{%- endmacro %}
