{#
  First-generation screening of SI-DEP over seven days, `sp-variant-7j`, by ten-year age. A share of nothing is 0 there, as
  in the files of mutations that followed. A file goes from the first to the last days in which a kit found something,
  for the official ones began and ended with the kits.
#}
{% macro suspected_variants_layout(place) -%}
    {{ return(layout_of_tests({
        'name': 'sp-variant-7j-' ~ place,
        'title': layout_title({
            'fr': "Criblage des variants, première génération", 'en': "First-generation screening for variants"
        }, place, '7j'),
        'description': {
            'fr': "Sur sept jours glissants, par classe d'âge de dix ans (0 : tous âges) : cas criblés (Nb_tests_PCR_TA_crible) et leur part parmi les cas (Prc, %), puis, en nombre et en part des cas criblés (%), les suspicions de 20I/501Y.V1, de 20H/501Y.V2 ou 20J/501Y.V3, d'un variant non identifiable (IND) et d'absence de variant (ABS).",
            'en': "Over seven days, by ten-year age class (0: all ages): cases screened (Nb_tests_PCR_TA_crible) and their share of cases (Prc, %), then, as a number and a share of cases screened (%), those suspected of 20I/501Y.V1, of 20H/501Y.V2 or 20J/501Y.V3, of a variant not identified (IND), and of no variant (ABS).",
        },
        'order_by': [place, 'semaine', 'cl_age90'],
        'closed': '2021-06-30',
    })) }}
{%- endmacro %}


{# The rows of such a file: cases, and shares in % with two decimals. #}
{% macro rows_of_suspected_variants(place) -%}
    {%- set columns = testing().figures.variant_screened.strata.suspected_variant -%}
    {%- set rest = 'variant_screened - ' ~ columns.values() | join(' - ') -%}
    {%- set classes = [
        ('501Y_V1', columns.alpha), ('501Y_V2_3', columns.beta_or_gamma), ('IND', rest), ('ABS', columns.none)
    ] -%}
    with cells as (

        {{ layout_cells(ref('int_testing__cube'), place, '7j', 'semaine', schemes=['all', 'age10']) }}

    ),

    found as (

        select
            min(period_end) as first_day,
            max(period_end) as last_day
        from {{ ref('int_testing__cube') }}
        where geo_level = 'FRA' and period = 'day' and sex = 'all' and age_scheme = 'all' and variant_screened > 0

    )

    select
        {{ place }},
        semaine,
        age as cl_age90,
        variant_screened as "Nb_tests_PCR_TA_crible",
        {{ share_or_zero('variant_screened', 'cases') }} as "Prc_tests_PCR_TA_crible"
        {%- for name, measure in classes %},
        {{ measure }} as "Nb_susp_{{ name }}",
        {{ share_or_zero('(' ~ measure ~ ')', 'variant_screened') }} as "Prc_susp_{{ name }}"
        {%- endfor %}
    from cells
    inner join found on cells.period_end >= found.first_day and cells.period_start <= found.last_day
{%- endmacro %}
