{#
  Hospital stays, told by their events. Flows are counted on the day something happened or on the day it was declared;
  they add up over days. Net entries are entries in a state minus exits from it: their sum up to a day is the number of
  stays in that state at its end, as declared so far (kind `standing`) or as it was by what is known now (kind
  `presence`). Cells stand at three levels: `dep` (département of the hospital × sex × age band), `stay_length`
  (département × age band × nights) and `hospital` (département × hospital). Measures are SQL on a row of
  `int_hospital__facts`.
#}
{% macro hospital() -%}
    {{ return(theme({
        'name': 'hospital',
        'feeds': ['sivic', 'erasure'],
        'records': 'stg_sivic__events',
        'key': 'event_key',
        'sender': 'finess',
        'persons': true,
        'context': 'stay_key',
        'withdraws': "event = 'removal'",
        'content': [
            'record_kind', 'stay_key', 'dep', 'event', 'unit', 'occurred_at', 'declared_at', 'sex', 'age', 'residence_dep',
            'residence_com', 'cause'
        ],
        'bands': 'age_years',
        'band': 'age_band',
        'age_schemes': ['age10'],
        'indicators': {
            'period': ['day', 'rolling7', 'week'], 'age': ['all', 'age10'], 'fresh_by': '19:00', 'lag_days': 0
        },
        'keys': {
            'sex': "'all'", 'age_band': "'all'",
            'hospital': {
                'total': "'all'",
                'text': "FINESS number of the hospital, of declared entries only; all where it is a total.",
            },
            'nights': {
                'total': '-1', 'text': "Nights from entry to return home or death, at most 180; -1 where it is a total."
            },
        },
        'levels': {
            'dep': {'keys': {'sex': 'sex', 'age_band': 'age_band'}},
            'stay_length': {
                'keys': {'age_band': 'age_band', 'nights': 'nights'},
                'where': 'nights is not null',
                'measures': ['discharges', 'deaths'],
            },
            'hospital': {
                'keys': {'hospital': 'hospital'}, 'where': 'hospital is not null', 'measures': ['stays_declared']
            },
        },
        'strata': {
            'cause': {
                'fr': "motif du séjour", 'en': "reason of the stay",
                'classes': {
                    'for': {'sql': "cause = 'for'", 'fr': "pour Covid-19", 'en': "for Covid-19"},
                    'with': {
                        'sql': "cause = 'with'",
                        'fr': "avec Covid-19 pour un autre motif", 'en': "with Covid-19 for another reason",
                    },
                },
            },
            'unit': {
                'fr': "type de service", 'en': "kind of unit",
                'classes': {
                    'critical': {'sql': "what = 'critical'", 'fr': "soins critiques", 'en': "critical care"},
                    'conventional': {
                        'sql': "what = 'conventional'",
                        'fr': "hospitalisation conventionnelle", 'en': "conventional units",
                    },
                    'follow_up': {
                        'sql': "what = 'follow_up'", 'fr': "SSR ou USLD", 'en': "follow-up or long-term care"
                    },
                    'other_units': {
                        'sql': "what in ('other', 'unknown')",
                        'fr': "autre service, ou non précisé", 'en': "other units, or not given",
                    },
                },
                'complete': true,
            },
        },
        'flows': {
            'admissions': {
                'sql': "(kind = 'occurred' and what = 'admission')::int", 'strata': ['cause'],
                'text': "Admissions by day of event.",
            },
            'admissions_age_unknown': {
                'sql': "(kind = 'occurred' and what = 'admission' and age_band = 'unknown')::int",
                'text': "Admissions of people of unknown age, by day of event.",
            },
            'admissions_sex_unknown': {
                'sql': "(kind = 'occurred' and what = 'admission' and sex = 'unknown')::int",
                'text': "Admissions of people of unknown sex, by day of event.",
            },
            'declaration_days': {
                'sql': "(kind = 'occurred' and what = 'admission')::int * greatest(coalesce(waited, 0), 0)",
                'text': "Days from admission to its declaration, summed over admissions by day of event.",
            },
            'critical_admissions': {
                'sql': "(kind = 'occurred' and what = 'critical_admission')::int", 'strata': ['cause'],
                'text': "Critical-care admissions by day of event.",
            },
            'discharges': {
                'sql': "(kind = 'occurred' and what = 'discharge')::int",
                'text': "Returns home by day of event.",
            },
            'deaths': {'sql': "(kind = 'occurred' and what = 'death')::int", 'text': "Deaths by day of event."},
            'admissions_declared': {
                'sql': "(kind = 'declared' and what = 'admission')::int",
                'text': "Admissions by day of declaration.",
            },
            'critical_admissions_declared': {
                'sql': "(kind = 'declared' and what = 'critical_admission')::int",
                'text': "Critical-care admissions by day of declaration.",
            },
            'discharges_declared': {
                'sql': "(kind = 'declared' and what = 'discharge')::int",
                'text': "Returns home by day of declaration.",
            },
            'deaths_declared': {
                'sql': "(kind = 'declared' and what = 'death')::int",
                'text': "Deaths by day of declaration.",
            },
            'stays_declared': {
                'sql': "(kind = 'declared' and what = 'entry')::int",
                'text': "Entries, transfers in included, by day of declaration.",
            },
        },
        'net': {
            'net_hospitalised': {
                'sql': "(kind = 'standing' and what not in ('discharge', 'death'))::int * amount",
                'strata': {'unit': 'net'},
                'text': "Entries minus exits of the day, of people in hospital, as declared.",
            },
            'net_discharged': {
                'sql': "(kind = 'standing' and what = 'discharge')::int * amount",
                'text': "Stays that stand as ended by a return home from the day on, minus those that no longer do.",
            },
            'net_died': {
                'sql': "(kind = 'standing' and what = 'death')::int * amount",
                'text': "Stays that stand as ended by a death from the day on, minus those that no longer do.",
            },
            'net_present': {
                'sql': "(kind = 'presence')::int * amount", 'strata': ['cause'],
                'text': "Entries minus exits of the day, of people in hospital, by date of event.",
            },
            'net_present_critical': {
                'sql': "(kind = 'presence' and what = 'critical')::int * amount", 'strata': ['cause'],
                'text': "Entries minus exits of the day, of people in critical care, by date of event.",
            },
        },
        'stocks': {
            'hospitalised': {
                'net': 'net_hospitalised', 'strata': {'unit': ''},
                'text': "People in hospital, as declared, at the end of the day.",
            },
            'discharges_to_date': {
                'net': 'net_discharged', 'text': "Returns home to date, as declared, at the end of the day."
            },
            'deaths_to_date': {'net': 'net_died', 'text': "Deaths to date, as declared, at the end of the day."},
            'present': {'net': 'net_present', 'text': "People in hospital, by date of event, at the end of the day."},
            'present_critical': {
                'net': 'net_present_critical',
                'text': "People in critical care, by date of event, at the end of the day.",
            },
        },
        'summed_stocks': {'patient_days': 'hospitalised', 'critical_patient_days': 'critical'},
        'explains': {
            'admissions': explained_by('hospital-admissions-dep'),
            'critical_admissions': explained_by('critical-care-admissions-dep'),
            'discharges': explained_by('discharges-home-dep'),
            'deaths': explained_by('hospital-deaths-dep'),
        },
        'watched': {'day': 'occurred_on', 'shares': {'deaths': {'of': "event = 'death'"}}},
    })) }}
{%- endmacro %}
