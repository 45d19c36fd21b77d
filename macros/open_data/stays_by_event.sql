{#
  Hospital rates by date of event, for or with Covid-19: the family `covid_hosp_txad`. `by_age` gives them by ten-year age.
#}
{% macro stays_by_event(place, by_age=false) -%}
    {%- set keys = [place, 'jour'] + (['clage_90'] if by_age else []) + ['PourAvec'] -%}
    {%- set age_fr, age_en = (" et la classe d'âge (0 : tous âges)", " and age class (0: all ages)") if by_age else ("", "") -%}
    {{ return(layout_of_stays({
        'name': 'covid_hosp_txad_' ~ ('age_' if by_age else '') ~ place,
        'title': layout_title({
            'fr': "Taux hospitaliers par date d'événement, pour ou avec Covid-19" ~ (", par âge" if by_age else ""),
            'en': "Hospital rates by date of event, for or with Covid-19" ~ (", by age" if by_age else ""),
        }, place),
        'description': {
            'fr': "Pour 100 000 habitants, selon le motif (PourAvec : 0 ensemble, 1 pour Covid-19, 2 pour un autre motif avec Covid-19)" ~ age_fr ~ " : nouvelles hospitalisations (tx_indic_7J_hosp), admissions en soins critiques (tx_indic_7J_SC) et décès (tx_indic_7J_DC, ensemble seulement) sur sept jours ; personnes hospitalisées (tx_prev_hosp) et en soins critiques (tx_prev_SC). Un séjour sans motif connu ne compte que dans l'ensemble.",
            'en': "Per 100,000 inhabitants, by reason (PourAvec: 0 all, 1 for Covid-19, 2 for another reason with Covid-19)" ~ age_en ~ ": new admissions (tx_indic_7J_hosp), critical-care admissions (tx_indic_7J_SC) and deaths (tx_indic_7J_DC, all only) over seven days; people in hospital (tx_prev_hosp) and in critical care (tx_prev_SC). A stay of unknown reason counts in the total only.",
        },
        'order_by': keys,
    })) }}
{%- endmacro %}


{# The rows of such a file: per 100,000 inhabitants, not rounded. #}
{% macro rows_of_stays_by_event(place, by_age=false) -%}
    {%- set reasons = {'0': '', '1': '_for', '2': '_with'} -%}
    with cells as (

        {{ layout_cells(
            ref('int_hospital__cube'), place, '7j', 'week', schemes=['all', 'age10'] if by_age else ['all'], code='reg'
        ) }}

    ),

    by_reason as (

        {%- for code, stratum in reasons.items() %}
        select
            {{ place }},
            period_end,
            age,
            population,
            '{{ code }}' as reason,
            {{ 'null' if stratum else 'deaths' }} as deaths,
            admissions{{ stratum }} as admissions,
            critical_admissions{{ stratum }} as critical_admissions,
            present{{ stratum }} as present,
            present_critical{{ stratum }} as present_critical
        from cells
        {{ 'union all' if not loop.last }}
        {%- endfor %}

    )

    select
        {{ place }},
        period_end as jour,
        {% if by_age %}age as clage_90,{% endif %}
        reason as "PourAvec",
        {{ rate_per_100k('deaths', 'population') }} as "tx_indic_7J_DC",
        {{ rate_per_100k('admissions', 'population') }} as "tx_indic_7J_hosp",
        {{ rate_per_100k('critical_admissions', 'population') }} as "tx_indic_7J_SC",
        {{ rate_per_100k('present', 'population') }} as tx_prev_hosp,
        {{ rate_per_100k('present_critical', 'population') }} as "tx_prev_SC"
    from by_reason
{%- endmacro %}
