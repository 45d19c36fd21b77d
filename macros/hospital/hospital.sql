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
        'keys': {'sex': "'all'", 'age_band': "'all'", 'hospital': "'all'", 'nights': '-1'},
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
        'flows': {
            'admissions': "(kind = 'occurred' and what = 'admission')::int",
            'admissions_for': "(kind = 'occurred' and what = 'admission' and cause = 'for')::int",
            'admissions_with': "(kind = 'occurred' and what = 'admission' and cause = 'with')::int",
            'admissions_age_unknown': "(kind = 'occurred' and what = 'admission' and age_band = 'unknown')::int",
            'admissions_sex_unknown': "(kind = 'occurred' and what = 'admission' and sex = 'unknown')::int",
            'critical_admissions': "(kind = 'occurred' and what = 'critical_admission')::int",
            'critical_admissions_for': "(kind = 'occurred' and what = 'critical_admission' and cause = 'for')::int",
            'critical_admissions_with': "(kind = 'occurred' and what = 'critical_admission' and cause = 'with')::int",
            'discharges': "(kind = 'occurred' and what = 'discharge')::int",
            'deaths': "(kind = 'occurred' and what = 'death')::int",
            'admissions_declared': "(kind = 'declared' and what = 'admission')::int",
            'critical_admissions_declared': "(kind = 'declared' and what = 'critical_admission')::int",
            'discharges_declared': "(kind = 'declared' and what = 'discharge')::int",
            'deaths_declared': "(kind = 'declared' and what = 'death')::int",
            'stays_declared': "(kind = 'declared' and what = 'entry')::int",
        },
        'net': {
            'net_hospitalised': "(kind = 'standing' and what not in ('discharge', 'death'))::int * amount",
            'net_critical': "(kind = 'standing' and what = 'critical')::int * amount",
            'net_conventional': "(kind = 'standing' and what = 'conventional')::int * amount",
            'net_follow_up': "(kind = 'standing' and what = 'follow_up')::int * amount",
            'net_other_units': "(kind = 'standing' and what in ('other', 'unknown'))::int * amount",
            'net_discharged': "(kind = 'standing' and what = 'discharge')::int * amount",
            'net_died': "(kind = 'standing' and what = 'death')::int * amount",
            'net_present': "(kind = 'presence')::int * amount",
            'net_present_for': "(kind = 'presence' and cause = 'for')::int * amount",
            'net_present_with': "(kind = 'presence' and cause = 'with')::int * amount",
            'net_present_critical': "(kind = 'presence' and what = 'critical')::int * amount",
            'net_present_critical_for': "(kind = 'presence' and what = 'critical' and cause = 'for')::int * amount",
            'net_present_critical_with': "(kind = 'presence' and what = 'critical' and cause = 'with')::int * amount",
        },
        'stocks': {
            'hospitalised': 'net_hospitalised',
            'critical': 'net_critical',
            'conventional': 'net_conventional',
            'follow_up': 'net_follow_up',
            'other_units': 'net_other_units',
            'discharges_to_date': 'net_discharged',
            'deaths_to_date': 'net_died',
            'present': 'net_present',
            'present_for': 'net_present_for',
            'present_with': 'net_present_with',
            'present_critical': 'net_present_critical',
            'present_critical_for': 'net_present_critical_for',
            'present_critical_with': 'net_present_critical_with',
        },
        'summed_stocks': {'patient_days': 'hospitalised', 'critical_patient_days': 'critical'},
        'explains': {
            'admissions': explained_by('hospital-admissions-dep'),
            'critical_admissions': explained_by('critical-care-admissions-dep'),
            'discharges': explained_by('discharges-home-dep'),
            'deaths': explained_by('hospital-deaths-dep'),
        },
    })) }}
{%- endmacro %}
