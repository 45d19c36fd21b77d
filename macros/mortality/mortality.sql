{#
  Deaths of the civil registry, counted on the day of the death, in the département of the commune where it took place. A
  death is of the past (`is_history`) when it was taken over from the years before the surveillance: it makes the baseline
  and stands in no daily figure. Cells stand at three levels: `dep` (département × sex × age class), `commune` (commune × age
  class × since when it transmits), past deaths too, of which the baseline is made, and `transmission` (département × age
  of the week when the death was transmitted). Measures are SQL on a row of `int_mortality__facts`.
#}
{% macro mortality() -%}
    {{ return(theme({
        'name': 'mortality',
        'feeds': ['insee_deces'],
        'records': 'stg_insee_deces__deaths',
        'key': 'death_key',
        'sender': 'com',
        'content': ['record_kind', 'com', 'transmits_since', 'died_on', 'transmitted_on', 'sex', 'age', 'is_history'],
        'bands': 'int_mortality__ages',
        'band': 'mortality',
        'age_schemes': ['mortality', '65plus'],
        'provisional_days': var('baseline').provisional_days,
        'indicators': {
            'period': ['day', 'rolling7', 'week'], 'age': ['all', 'mortality', '65plus'], 'fresh_by': '19:00', 'lag_days': 7
        },
        'facts': {
            'day': 'died_on', 'place': 'dep', 'com': 'com', 'sex': 'sex', 'age_band': 'age_band',
            'transmits_since': 'transmits_since', 'weeks_old': 'weeks_old', 'is_history': 'is_history',
            'is_electronic': 'is_electronic', 'is_soon': 'is_soon',
        },
        'keys': {
            'sex': "'all'", 'age_band': "'all'",
            'transmits_since': {
                'total': "'all'", 'text': "Since when the commune transmits, at the level commune; all where it is a total.",
            },
            'weeks_old': {
                'total': '-1::smallint', 'text': "Age of the week in weeks, at the level transmission; -1 where it is a total.",
            },
        },
        'levels': {
            'dep': {'keys': {'sex': 'sex', 'age_band': 'age_band'}, 'where': 'not is_history'},
            'commune': {
                'keys': {'age_band': 'age_band', 'transmits_since': 'transmits_since'}, 'place': 'com',
                'measures': ['deaths'],
            },
            'transmission': {
                'keys': {'weeks_old': 'weeks_old'}, 'where': 'not is_history', 'measures': ['deaths'],
            },
        },
        'flows': {
            'deaths': {'sql': '1', 'text': "Deaths."},
            'deaths_electronic': {
                'sql': 'is_electronic::int', 'within': 'deaths',
                'text': "Deaths in communes that transmitted electronically on that day.",
            },
            'deaths_soon': {'sql': 'is_soon::int', 'within': 'deaths', 'text': "Deaths transmitted within seven days."},
        },
        'explains': {'deaths': explained_by('deaths-dep')},
        'watched': {'shares': {'electronic': {'of': 'is_electronic'}}},
    })) }}
{%- endmacro %}
