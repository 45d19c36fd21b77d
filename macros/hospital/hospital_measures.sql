{#
  What happened in hospital, counted on the day it happened or on the day it was declared: name -> SQL expression on a
  row of `int_hospital__contributions`. These are sums: they add up over days.
#}
{% macro hospital_flows() -%}
    {{ return({
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
    }) }}
{%- endmacro %}


{#
  Entries in a state minus exits from it: name -> SQL expression on a row of `int_hospital__contributions`. Their sum up
  to a day is the number of stays in that state at its end: as declared so far (kind `standing`), or as it was by what is
  known now (kind `presence`).
#}
{% macro hospital_net_entries() -%}
    {{ return({
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
    }) }}
{%- endmacro %}


{# All additive measures of hospital stays: what `int_hospital__changes` holds. #}
{% macro hospital_measures() -%}
    {{ return(dict(hospital_flows(), **hospital_net_entries())) }}
{%- endmacro %}


{#
  Levels at the end of a day, never summed over days: name -> measure of `hospital_measures()` of which the level is the
  sum of all days up to that one.
#}
{% macro hospital_stocks() -%}
    {{ return({
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
    }) }}
{%- endmacro %}


{# The columns of the cube of hospital stays by day: flows of the day, then levels at its end. #}
{% macro hospital_cube_measures() -%}
    {{ return((hospital_flows() | list) + (hospital_stocks() | list)) }}
{%- endmacro %}


{# Levels that are summed over the days of a period, from which means are made: name -> level of `hospital_stocks()`. #}
{% macro hospital_patient_days() -%}
    {{ return({'patient_days': 'hospitalised', 'critical_patient_days': 'critical'}) }}
{%- endmacro %}
