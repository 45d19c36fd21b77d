{# The names in the official files of what the theme counts, {measure: name}; `doses` are those of the files by product. #}
{% macro vacsi_names(doses=false) -%}
    {%- set more = {'dose2': 'dose2', 'dose3': 'dose3', 'dose4': 'dose4'} if doses else {} -%}
    {{ return(dict(dict({'dose1': 'dose1'}, **more), **{
        'complete': 'complet', 'booster1': 'rappel', 'booster2': '2_rappel', 'bivalent': 'rappel_biv', 'booster3': '3_rappel'
    })) }}
{%- endmacro %}


{#
  The official files of VAC-SI by day, at one level of places. `place` is the first column. `by` is the second one, if any:
  `a` (clage_vacsi, 0 all ages), `s` (sexe, 0 both, 1 men, 2 women) or `v` (vaccin, 0 all), which has doses by rank and no
  coverage. `twelve` is the file of people of 12 and over. What has no known place is in the total of France alone, what is of
  no class in the totals alone. Coverage as in `coverage`.
#}
{% macro vacsi_layout(place, by=none, twelve=false) -%}
    {%- set names = vacsi_names(doses=(by == 'v')) -%}
    {%- set second = {'a': 'clage_vacsi', 's': 'sexe', 'v': 'vaccin'}.get(by) -%}
    with cells as (

        select
            {{ vacsi_place(place) }} as {{ place }},
            {% if by == 'a' -%}
            case age_scheme when 'all' then '0' else age_class end as clage_vacsi,
            {%- elif by == 's' -%}
            case sex when 'M' then 1 when 'F' then 2 else 0 end as sexe,
            {%- elif by == 'v' -%}
            case stratum when 'all' then 0 {% for name, of in vaccines().items() %}when '{{ name }}' then {{ of.code }} {% endfor %}end
                as vaccin,
            {%- endif %}
            *
        from {{ vacsi_cells(by) }} as cells
        where
            period = 'day'
            and {{ in_vacsi_files(place) }}
            and {{ "(age_scheme = 'all' or age_scheme = 'vacsi' and age_class <> 'unknown')" if by == 'a'
                else "age_scheme = 'vacsi12' and age_class = '12'" if twelve else "age_scheme = 'all'" }}
            and {{ "sex <> 'unknown'" if by == 's' else "sex = 'all'" }}
            {%- if by == 'v' %}
            and stratum_scheme in ('all', 'vaccine')
            and stratum <> 'unknown'
            {%- endif %}

    )

    select
        {{ place }},
        {% if second %}{{ second }},{% endif %}
        period_end as jour,
        {%- for measure, name in names.items() %}
        {{ measure }} as n_{{ name }},
        {%- endfor %}
        {%- for measure, name in names.items() %}
        {{ measure }}_to_date as n_cum_{{ name }}{{ ',' if not loop.last or by != 'v' }}
        {%- endfor %}
        {%- if by != 'v' %}
        {%- for measure, name in names.items() %}
        {{ coverage(measure ~ '_to_date', 'population') }} as couv_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- endif %}
    from cells
{%- endmacro %}


{#
  The last day of the official files of VAC-SI at one level of places: people to date, population and coverage; with `by`
  'a' by class of age, the second column as in `vacsi_layout`.
#}
{% macro vacsi_tot_layout(place, by=none) -%}
    select
        {{ vacsi_place(place) }} as {{ place }},
        {%- if by == 'a' %}
        case cube.age_scheme when 'all' then '0' else cube.age_class end as clage_vacsi,
        {%- endif %}
        cube.period_end as jour,
        {%- for measure, name in vacsi_names().items() %}
        cube.{{ measure }}_to_date as n_tot_{{ name }},
        {%- endfor %}
        cube.population as pop,
        {%- for measure, name in vacsi_names().items() %}
        {{ coverage('cube.' ~ measure ~ '_to_date', 'cube.population') }} as couv_tot_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_vaccination__cube') }} as cube
    inner join {{ ref('int_vaccination__calendar') }} as calendar on cube.period_end = calendar.last_day
    where
        cube.period = 'day'
        and {{ in_vacsi_files(place) }}
        and {{ "(cube.age_scheme = 'all' or cube.age_scheme = 'vacsi' and cube.age_class <> 'unknown')" if by == 'a'
            else "cube.age_scheme = 'all'" }}
        and cube.sex = 'all'
{%- endmacro %}


{# The code of a place in the official files, where the two islands are régions 07 and 08, as in those of SI-DEP. #}
{% macro vacsi_place(place) -%}
    {%- if place == 'reg' -%}
        (select regions.reg_sidep from {{ ref('regions') }} as regions where regions.reg = geo_code)
    {%- else -%}
        geo_code
    {%- endif -%}
{%- endmacro %}


{# The places of the official files at a level: all that are known but Saint-Pierre-et-Miquelon. #}
{% macro in_vacsi_files(place) -%}
    geo_level = '{{ {'fra': 'FRA', 'reg': 'REG', 'dep': 'DEP'}[place] }}' and geo_code not in ('unknown', '975')
{%- endmacro %}


{# What the files read: the cube, and by product the days beside it. #}
{% macro vacsi_cells(by) -%}
    {%- if by == 'v' -%}
        (
            select * from ({{ total_of(ref('int_vaccination__cube')) }}) as total
            union all by name
            select * from {{ ref('int_vaccination__strata') }}
        )
    {%- else -%}
        {{ ref('int_vaccination__cube') }}
    {%- endif -%}
{%- endmacro %}
