{#
  Laboratory tests: people tested, cases and what is known of them, by the case definition, which reads the history of a
  person. Cells stand at five levels: `dep` (département × sex × age band), `local` (IRIS or commune × under or over 65),
  `result_delay` (département × hours), `onset_delay` (département × sex × age band × days) and `receipt_delay` (laboratory
  × days from sampling to the receipt of the current version). Where only people tested and cases are published, only
  these are counted. Measures are SQL on a row of `int_testing__facts`.
#}
{% macro testing() -%}
    {%- set official = {
        'dataset': 'sp-dep-quot', 'day': 'jour', 'place': 'dep', 'rows': "cl_age90 = '0'"
    } -%}
    {{ return(theme({
        'name': 'testing',
        'feeds': ['sidep', 'erasure'],
        'records': 'stg_sidep__results',
        'key': 'result_key',
        'sender': 'laboratory',
        'persons': true,
        'context': 'person_key',
        'content': [
            'record_kind', 'sampled_at', 'result_delay_hours', 'analysis', 'result', 'sex', 'age', 'dep', 'com', 'iris',
            'symptoms', 'onset_delay_days', 'target_a', 'target_b', 'target_c', 'target_d'
        ],
        'bands': 'age_years',
        'band': 'age_band',
        'age_schemes': ['age10', 'age15', 'school'],
        'keys': {'sex': "'all'", 'age_band': "'all'", 'delay': '-1'},
        'levels': {
            'dep': {'keys': {'sex': 'sex', 'age_band': 'age_band'}},
            'local': {'keys': {'age_band': 'age65'}, 'place': 'residence', 'measures': ['tested', 'cases']},
            'result_delay': {
                'keys': {'delay': 'result_delay'}, 'where': 'result_delay is not null', 'measures': ['tested', 'cases']
            },
            'onset_delay': {
                'keys': {'sex': 'sex', 'age_band': 'age_band', 'delay': 'onset_delay'},
                'where': 'onset_delay is not null',
                'measures': ['tested', 'cases'],
            },
            'receipt_delay': {
                'keys': {'delay': 'receipt_delay'}, 'place': 'laboratory', 'measures': ['tested', 'cases']
            },
        },
        'flows': {
            'tests': 'tests',
            'antigenic_tests': 'antigenic_tests',
            'tested': 'is_tested::int',
            'tested_symptomatic': "(is_tested and symptoms = 'symptomatic')::int",
            'tested_asymptomatic': "(is_tested and symptoms = 'asymptomatic')::int",
            'cases': 'is_case::int',
            'cases_symptomatic': "(is_case and symptoms = 'symptomatic')::int",
            'cases_asymptomatic': "(is_case and symptoms = 'asymptomatic')::int",
            'reinfections': 'is_reinfection::int',
            'positive_serologies': 'positive_serologies',
            'screened': '(is_case and coalesce(target_a, target_b, target_c, target_d) is not null)::int',
            'target_a_found': '(is_case and target_a = 1)::int',
            'target_a_absent': '(is_case and target_a = 0)::int',
            'target_b_found': '(is_case and target_b = 1)::int',
            'target_b_absent': '(is_case and target_b = 0)::int',
            'target_c_found': '(is_case and target_c = 1)::int',
            'target_c_absent': '(is_case and target_c = 0)::int',
            'target_d_found': '(is_case and target_d = 1)::int',
            'target_d_absent': '(is_case and target_d = 0)::int',
        },
        'explains': {
            'cases': dict(official, figure='P'),
            'tested': dict(official, figure='T'),
            'population': dict(official, figure='pop'),
        },
    })) }}
{%- endmacro %}
