{#
  Screening for mutations of SI-DEP by rolling week: `sp-mutations` as of May 2021 (targets A, B and C) and `muta` as of
  January 2022 (A, C and D, and A and C together), which names régions. A share of nothing is 0 there.
#}
{% macro screened_tests(family, place) -%}
    {%- set both = family == 'muta' -%}
    {%- set targets = "A (E484K), C (L452R), D (compatible Omicron)" if both else "A (E484K), B (E484Q), C (L452R)" -%}
    {%- set targets_en = "A (E484K), C (L452R), D (Omicron-compatible)" if both else "A (E484K), B (E484Q), C (L452R)" -%}
    {%- set both_fr = " Ni A ni C (A0C0, %), parmi les cas où les deux ont été recherchées (A01C01)." if both else "" -%}
    {%- set both_en = " Neither A nor C (A0C0, %), among cases where both were looked for (A01C01)." if both else "" -%}
    {{ return(layout_of_tests({
        'name': family ~ '-' ~ place,
        'title': layout_title({
            'fr': "Criblage des mutations " ~ ("A, C et D" if both else "A, B et C"),
            'en': "Screening for mutations " ~ ("A, C and D" if both else "A, B and C"),
        }, place),
        'description': {
            'fr': "Sur sept jours glissants : cas positifs (nb_pos), cas criblés (nb_crib) et leur part (tx_crib, %), puis par cible absente (0) ou présente (1) les cas et la part de présence (tx, %) : " ~ targets ~ "." ~ both_fr,
            'en': "Over seven days: positive cases (nb_pos), cases screened (nb_crib) and their share (tx_crib, %), then by target absent (0) or found (1) the cases and the share found (tx, %): " ~ targets_en ~ "." ~ both_en,
        },
        'order_by': [place, 'semaine'],
    })) }}
{%- endmacro %}


{# The rows of such a file: cases, and shares in % with two decimals. #}
{% macro rows_of_screened_tests(family, place) -%}
    {%- set both = family == 'muta' -%}
    with cells as (

        {{ layout_cells(ref('int_testing__cube'), place, '7j', 'semaine') }}

    )

    select
        {{ place }},
        {%- if both and place == 'reg' %}
        reg_name as nom_reg,
        {%- endif %}
        semaine,
        {% if both -%}
        cases as nb_pos,
        screened as nb_crib,
        {{ share_or_zero('screened', 'cases') }} as tx_crib,
        {%- else -%}
        screened as nb_crib,
        cases as nb_pos,
        {{ share_or_zero('screened', 'cases') }} as tx_crib,
        {%- endif %}
        {%- for letter in ('acd' if both else 'abc') %}
        {%- set absent, found = 'target_' ~ letter ~ '_absent', 'target_' ~ letter ~ '_found' %}
        {{ absent }} as "nb_{{ letter | upper }}0",
        {{ found }} as "nb_{{ letter | upper }}1",
        {{ share_or_zero(found, absent ~ ' + ' ~ found) }} as "tx_{{ letter | upper }}1"{{ ',' if both or not loop.last }}
        {%- endfor %}
        {%- if both %}
        targets_ac_neither as "nb_A0C0",
        targets_ac_neither + targets_ac_some as "nb_A01C01",
        {{ share_or_zero('targets_ac_neither', 'targets_ac_neither + targets_ac_some') }} as "tx_A0C0"
        {%- endif %}
    from cells
{%- endmacro %}


{# A percentage with two decimals, 0 where the whole is 0. #}
{% macro share_or_zero(part, whole) -%}
    coalesce({{ official_rounding(percentage(part, whole)) }}, 0)
{%- endmacro %}
