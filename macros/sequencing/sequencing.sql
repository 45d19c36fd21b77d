{#
  Sequences of the Flash surveys, counted in the week of the survey, in the région of the laboratory: all that were asked for,
  and of these the interpretable ones, by class of variant. Measures are SQL on a row of `int_sequencing__facts`.
#}
{% macro sequencing() -%}
    {{ return(theme({
        'name': 'sequencing',
        'feeds': ['emergen'],
        'records': 'stg_emergen__sequences',
        'key': 'sequence_key',
        'sender': 'platform',
        'content': ['record_kind', 'survey_from', 'reg', 'sampled_on', 'is_interpretable', 'lineage'],
        'periods': ['week'],
        'finest': 'reg',
        'provisional_days': 28,
        'indicators': {'period': ['week'], 'age': ['all'], 'fresh_by': '19:00', 'lag_days': 14},
        'facts': {
            'day': 'survey_until', 'place': 'reg', 'is_interpretable': 'is_interpretable', 'variant': 'variant'
        },
        'keys': {},
        'levels': {'reg': {'keys': {}}},
        'strata': {
            'variant': {'fr': "variant", 'en': "variant", 'classes': variant_classes(), 'complete': true},
        },
        'flows': {
            'sequences': {'sql': '1', 'text': "Sequences, interpretable or not."},
            'interpretable': {
                'sql': 'is_interpretable::int', 'strata': {'variant': ''}, 'within': 'sequences',
                'text': "Interpretable sequences."
            },
        },
        'watched': {'shares': {'interpretable': {'of': 'is_interpretable'}}},
    })) }}
{%- endmacro %}


{# The classes of variants, those of the seed `variant_lineages` and what is in none of them. #}
{% macro variant_classes() -%}
    {%- set names = {
        'alpha': "Alpha (B.1.1.7)",
        'beta': "Beta (B.1.351)",
        'gamma': "Gamma (P.1)",
        'delta': "Delta (B.1.617.2, AY)",
        'omicron_ba1': "Omicron BA.1",
        'omicron_ba2': "Omicron BA.2",
        'omicron_ba2_75': "Omicron BA.2.75",
        'omicron_ba4': "Omicron BA.4",
        'omicron_ba5': "Omicron BA.5",
        'omicron_bq1': "Omicron BQ.1",
        'omicron_xbb': "Omicron XBB",
    } -%}
    {%- set classes = {} -%}
    {%- for variant, name in names.items() -%}
        {%- do classes.update({variant: {'sql': "variant = '" ~ variant ~ "'", 'fr': name, 'en': name}}) -%}
    {%- endfor -%}
    {%- do classes.update({
        'omicron': {'sql': "variant = 'omicron'", 'fr': "Omicron, autre", 'en': "Omicron, other"},
        'other': {'sql': "variant = 'other'", 'fr': "autre lignée", 'en': "other lineage"},
    }) -%}
    {{ return(classes) }}
{%- endmacro %}
