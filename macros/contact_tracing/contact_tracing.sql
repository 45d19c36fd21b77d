{#
  Contact tracing: index cases, counted on the day of the test that confirmed them, and contacts, counted on the day on which
  they were named; both in the département where they live. What is read again is a case with its contacts. Cells stand at
  four levels: `dep` (département × sex × age band), and three of delays, in days or hours. Measures are SQL on a row of
  `int_contact_tracing__facts`, where what is of a case is empty for a contact, and the other way round.
#}
{% macro contact_tracing() -%}
    {{ return(theme({
        'name': 'contact_tracing',
        'feeds': ['contact_covid', 'erasure'],
        'records': 'stg_contact_covid__entries',
        'key': 'entry_key',
        'sender': 'platform',
        'persons': true,
        'context': 'case_key',
        'content': [
            'record_kind', 'entry', 'case_key', 'registered_on', 'identified_at', 'onset_delay_days', 'case_call_delay_days',
            'contact_call_delay_hours', 'is_reached', 'is_known_contact', 'setting', 'became_case_on', 'sex', 'age', 'dep'
        ],
        'bands': 'age_years',
        'band': 'age_band',
        'age_schemes': ['age10'],
        'indicators': {'period': ['day', 'rolling7', 'week'], 'age': ['all', 'age10'], 'fresh_by': '19:00', 'lag_days': 1},
        'keys': {
            'sex': "'all'", 'age_band': "'all'",
            'delay': {'total': '-1', 'text': "Delay in days or hours at the levels of delays, else -1."},
        },
        'levels': {
            'dep': {'keys': {'sex': 'sex', 'age_band': 'age_band'}},
            'case_call_delay': {
                'keys': {'delay': 'case_call_delay_days'}, 'where': 'case_call_delay_days is not null',
                'measures': ['index_cases'],
            },
            'contact_call_delay': {
                'keys': {'delay': 'contact_call_delay_hours'}, 'where': 'contact_call_delay_hours is not null',
                'measures': ['contacts'],
            },
            'onset_delay': {
                'keys': {'delay': 'onset_delay_days'}, 'where': 'onset_delay_days is not null and is_known_contact',
                'measures': ['index_cases_known'],
            },
        },
        'strata': {
            'setting': {
                'fr': "lien avec le cas", 'en': "link with the case",
                'classes': {
                    'household': {
                        'sql': "setting = 'household'", 'fr': "vivant avec le cas", 'en': "living with the case"
                    },
                    'other': {'sql': "setting = 'other'", 'fr': "hors du foyer", 'en': "outside the household"},
                },
            },
        },
        'flows': {
            'index_cases': {'sql': "(entry = 'case')::int", 'text': "Index cases."},
            'index_cases_reached': {
                'sql': "(entry = 'case' and is_reached)::int", 'within': 'index_cases',
                'text': "Index cases who were reached."
            },
            'index_cases_without_contact': {
                'sql': "(contacts_named = 0)::int", 'within': 'index_cases', 'text': "Index cases who named nobody."
            },
            'contacts_named': {'sql': 'contacts_named', 'text': "Contacts of the index cases, wherever they live."},
            'index_cases_told': {
                'sql': "(is_known_contact is not null)::int",
                'within': 'index_cases', 'text': "Index cases of whom it is said whether they were known as contacts.",
            },
            'index_cases_known': {
                'sql': "is_known_contact::int", 'within': 'index_cases_told',
                'text': "Index cases who were known as contacts."
            },
            'contacts': {'sql': "(entry = 'contact')::int", 'strata': ['setting'], 'text': "Contacts."},
            'contacts_called_within_24h': {
                'sql': "(contact_call_delay_hours < 24)::int", 'within': 'contacts',
                'text': "Contacts called within 24 hours of being named."
            },
            'contacts_became_cases': {
                'sql': "(became_case_on is not null)::int", 'strata': ['setting'], 'within': 'contacts',
                'text': "Contacts who became cases."
            },
        },
        'explains': {'index_cases': explained_by('index-cases-dep'), 'contacts': explained_by('at-risk-contacts-dep')},
        'watched': {'day': 'registered_on', 'shares': {'index_cases': {'of': "entry = 'case'"}}},
    })) }}
{%- endmacro %}
