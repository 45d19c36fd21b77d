{#
  Episodes in care homes, told by reports that give what was counted since the beginning of the episode. What a report
  brings is the difference with the one before it, on the day of the report and in the département of the establishment:
  below zero where the establishment has taken back what it had counted. Measures are SQL on a row of
  `int_care_homes__facts`: a report (`what` is `report`), or the first signs of an episode (`signs`).
#}
{% macro care_homes() -%}
    {{ return(theme({
        'name': 'care_homes',
        'feeds': ['survesms'],
        'records': 'stg_survesms__reports',
        'key': 'report_key',
        'sender': 'establishment',
        'context': 'establishment',
        'content': [
            'record_kind', 'declaration_key', 'establishment_kind', 'dep', 'signs_on', 'reported_at', 'phase',
            'residents_present', 'staff_present'
        ] + (counts_of_a_report() | list),
        'periods': ['day', 'week'],
        'indicators': {'period': ['day', 'week'], 'age': ['all'], 'fresh_by': '19:00', 'lag_days': 1},
        'keys': {},
        'levels': {'dep': {'keys': {}}},
        'strata': {
            'establishment_kind': {
                'fr': "type d'établissement", 'en': "kind of establishment",
                'classes': {
                    'ehpad': {
                        'sql': "establishment_kind = 'ehpad'", 'fr': "Ehpad", 'en': "homes for dependent elderly people"
                    },
                    'disability': {
                        'sql': "establishment_kind = 'disability'",
                        'fr': "établissements pour personnes handicapées", 'en': "homes for disabled people",
                    },
                    'children': {
                        'sql': "establishment_kind = 'children'",
                        'fr': "aide sociale à l'enfance", 'en': "child protection",
                    },
                    'other': {'fr': "autres établissements", 'en': "other establishments"},
                },
            },
        },
        'flows': care_home_flows(),
        'net': {
            'net_open': {
                'sql': "(what = 'report')::int * opened", 'strata': ['establishment_kind'],
                'text': "Episodes that open on the day, minus those that close.",
            },
        },
        'stocks': care_home_stocks(),
        'explains': {
            'residents_confirmed': explained_by('care-home-residents-confirmed-dep'),
            'deaths_home': explained_by('care-home-deaths-dep'),
        },
        'watched': {'day': 'reported_at'},
    })) }}
{%- endmacro %}


{# The counts of a report since the beginning of its episode, each with what it counts. #}
{% macro counts_of_a_report() -%}
    {{ return({
        'residents_confirmed': "Confirmed cases among residents",
        'residents_possible': "Possible cases among residents",
        'staff_confirmed': "Confirmed cases among the staff",
        'staff_possible': "Possible cases among the staff",
        'deaths_home': "Residents who died in the establishment",
        'deaths_hospital': "Residents who died in hospital",
    }) }}
{%- endmacro %}


{# What is counted of episodes and of what their reports bring; the latter may take back what was counted. #}
{% macro care_home_flows() -%}
    {%- set by_kind = {'strata': ['establishment_kind']} -%}
    {%- set flows = {
        'reports': {'sql': "(what = 'report')::int", 'text': "Reports of establishments."},
        'episodes': dict(by_kind, sql="(what = 'report' and is_first)::int", text="Episodes by day of their first report."),
        'episodes_begun': dict(by_kind, sql="(what = 'signs')::int", text="Episodes by day of first signs."),
    } -%}
    {%- for name, text in counts_of_a_report().items() -%}
        {%- do flows.update({name: dict(
            by_kind, sql="(what = 'report')::int * " ~ name, signed=true, text=text ~ ", less those taken back."
        )}) -%}
    {%- endfor -%}
    {%- do flows.update({
        'residents_taken_back': {
            'sql': "(what = 'report')::int * greatest(-residents_confirmed, 0)",
            'text': "Confirmed cases among residents that a later report of the episode takes back.",
        },
        'deaths_taken_back': {
            'sql': "(what = 'report')::int * greatest(-deaths_home, 0)",
            'text': "Deaths in the establishment that a later report of the episode takes back.",
        },
        'attack_cases': dict(
            by_kind, sql="(what = 'report')::int * attack_cases",
            text="Confirmed cases among residents, of the episodes that close on the day."
        ),
        'attack_residents': dict(
            by_kind, sql="(what = 'report')::int * attack_residents",
            text="Residents present, of the episodes that close on the day."
        ),
    }) -%}
    {{ return(flows) }}
{%- endmacro %}


{# Open episodes, and what there was to date. #}
{% macro care_home_stocks() -%}
    {%- set stocks = {
        'open_episodes': {'net': 'net_open', 'text': "Episodes that are open at the end of the day."},
        'episodes_to_date': {'net': 'episodes', 'text': "Episodes to date, by day of their first report."},
    } -%}
    {%- for name, text in counts_of_a_report().items() -%}
        {%- do stocks.update({name ~ '_to_date': {'net': name, 'text': text ~ ", to date."}}) -%}
    {%- endfor -%}
    {{ return(stocks) }}
{%- endmacro %}


{# The counts of a report as its episode has them by then: what a report does not say is as the last one said. #}
{% macro counts_by_then(window) -%}
    {%- for name in counts_of_a_report() %}
        coalesce(last_value({{ name }} ignore nulls) over {{ window }}, 0) as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# What a report adds to the counts of its episode, or takes back. #}
{% macro counts_added(window) -%}
    {%- for name in counts_of_a_report() %}
        {{ name }} - lag({{ name }}, 1, 0) over {{ window }} as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
