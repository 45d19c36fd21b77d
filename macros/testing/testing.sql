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
            'symptoms', 'onset_delay_days', 'target_a', 'target_b', 'target_c', 'target_d', 'suspected_variant'
        ],
        'bands': 'age_years',
        'band': 'age_band',
        'age_schemes': ['age10', 'age15', 'school'],
        'indicators': {
            'period': ['day', 'rolling7', 'week'], 'age': ['all', 'age10', 'age15', 'school'], 'fresh_by': '19:00',
            'lag_days': 3
        },
        'keys': {
            'sex': "'all'", 'age_band': "'all'",
            'delay': {'total': '-1', 'text': "Delay in hours or days at the levels of delays, else -1."},
        },
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
        'strata': {
            'symptoms': {
                'fr': "symptômes", 'en': "symptoms",
                'classes': {
                    'symptomatic': {
                        'sql': "symptoms = 'symptomatic'", 'fr': "symptomatiques", 'en': "symptomatic people"
                    },
                    'asymptomatic': {
                        'sql': "symptoms = 'asymptomatic'", 'fr': "asymptomatiques", 'en': "asymptomatic people"
                    },
                },
            },
            'case_definition': {
                'fr': "définition de cas", 'en': "case definition",
                'classes': {
                    'first_ever': {
                        'fr': "premier résultat positif de la personne",
                        'en': "first positive result ever of the person",
                    },
                    'again': {
                        'sql': 'was_positive',
                        'fr': "déjà positive plus de 60 jours auparavant", 'en': "positive more than 60 days before",
                    },
                },
            },
            'target_a': screening_target('a', "A (E484K)", "A (E484K)"),
            'target_b': screening_target('b', "B (E484Q)", "B (E484Q)"),
            'target_c': screening_target('c', "C (L452R)", "C (L452R)"),
            'target_d': screening_target('d', "D (compatible Omicron)", "D (Omicron-compatible)"),
            'suspected_variant': {
                'fr': "variant suspecté", 'en': "suspected variant",
                'classes': {
                    'alpha': {
                        'sql': "suspected_variant = 'alpha'",
                        'fr': "suspicion 20I/501Y.V1 (alpha)", 'en': "suspected 20I/501Y.V1 (alpha)",
                    },
                    'beta_or_gamma': {
                        'sql': "suspected_variant = 'beta_or_gamma'",
                        'fr': "suspicion 20H/501Y.V2 (bêta) ou 20J/501Y.V3 (gamma)",
                        'en': "suspected 20H/501Y.V2 (beta) or 20J/501Y.V3 (gamma)",
                    },
                    'none': {'sql': "suspected_variant = 'none'", 'fr': "absence de variant", 'en': "no variant"},
                    'not_identified': {'fr': "variant non identifiable", 'en': "variant not identified"},
                },
            },
            'targets_ac': {
                'fr': "cibles A et C", 'en': "targets A and C",
                'classes': {
                    'neither': {
                        'sql': 'target_a + target_c = 0', 'fr': "ni A ni C trouvée", 'en': "neither A nor C found"
                    },
                    'some': {
                        'sql': 'target_a + target_c > 0', 'fr': "A, C ou les deux trouvées", 'en': "A, C or both found"
                    },
                },
            },
        },
        'flows': {
            'tests': {'sql': 'tests', 'text': "Conclusive virological tests."},
            'antigenic_tests': {'sql': 'antigenic_tests', 'within': 'tests', 'text': "Antigenic tests among them."},
            'tested': {
                'sql': 'is_tested::int', 'strata': ['symptoms', 'case_definition'], 'text': "People tested."
            },
            'cases': {
                'sql': 'is_case::int', 'within': 'tested', 'text': "People testing positive.",
                'strata': {'symptoms': 'cases', 'case_definition': {'again': 'reinfections'}},
            },
            'positive_serologies': {'sql': 'positive_serologies', 'text': "Positive serology results."},
            'screened': {
                'within': 'cases', 'text': "Cases screened for a target.",
                'sql': '(is_case and coalesce(target_a, target_b, target_c, target_d) is not null)::int',
                'strata': {
                    'target_a': 'target_a', 'target_b': 'target_b', 'target_c': 'target_c', 'target_d': 'target_d',
                    'targets_ac': 'targets_ac',
                },
            },
            'variant_screened': {
                'text': "Cases screened by a kit of the first generation.",
                'sql': '(is_case and suspected_variant is not null)::int',
                'strata': {'suspected_variant': 'variant'},
            },
        },
        'explains': {
            'cases': dict(official, figure='P'),
            'tested': dict(official, figure='T'),
            'population': dict(official, figure='pop'),
        },
        'watched': {
            'day': 'sampled_on',
            'shares': {
                'positive': {
                    'of': "result = 'positive'", 'among': "analysis <> 'serology' and result <> 'inconclusive'"
                },
                'antigenic': {'of': "analysis = 'antigenic'", 'among': "analysis <> 'serology'"},
                'screened': {
                    'of': 'coalesce(target_a, target_b, target_c, target_d) is not null', 'among': "result = 'positive'"
                },
            },
            'alike': {
                'columns': ['sex', 'age', 'com'],
                'where': "result = 'positive' and analysis <> 'serology'"
                    ~ " and sex <> 'unknown' and age >= 0 and com <> 'unknown'",
            },
        },
    })) }}
{%- endmacro %}


{# The scheme of a screening target: a case may be screened for several, so each is a scheme of its own. #}
{% macro screening_target(letter, fr, en) -%}
    {{ return({
        'fr': "cible " ~ fr, 'en': "target " ~ en,
        'classes': {
            'found': {
                'sql': 'target_' ~ letter ~ ' = 1',
                'fr': "cible " ~ fr ~ " trouvée", 'en': "target " ~ en ~ " found",
            },
            'absent': {
                'sql': 'target_' ~ letter ~ ' = 0',
                'fr': "cible " ~ fr ~ " absente", 'en': "target " ~ en ~ " absent",
            },
        },
    }) }}
{%- endmacro %}
