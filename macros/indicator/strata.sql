{#
  The strata of an indicator. A breakdown and a published file may name `strata`: `all` is the total, a scheme of the theme
  all of its strata, `<scheme>.<stratum>` one of them. Without it there is the total alone. See macros/theme/strata.sql for
  the schemes.
#}

{# The strata that the breakdowns of an indicator name, each once. #}
{% macro named_strata(indicator) -%}
    {%- set named = [] -%}
    {%- for breakdown in indicator.breakdowns -%}
        {%- for name in breakdown.get('strata', ['all']) if name not in named -%}
            {%- do named.append(name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(named) }}
{%- endmacro %}


{# Whether an indicator has other strata than the total. #}
{% macro has_strata(indicator) -%}
    {{ return(named_strata(indicator) != ['all']) }}
{%- endmacro %}


{# The theme that counts the feed which is the source of an indicator. #}
{% macro theme_of(indicator) -%}
    {%- for theme in themes(indicator.source) -%}
        {{ return(theme) }}
    {%- endfor -%}
    {%- do declaration_error('source', "no theme counts '" ~ indicator.source ~ "'") -%}
{%- endmacro %}


{# What `names` stand for: pairs of scheme and stratum, ('all', 'all') for the total. #}
{% macro stratum_pairs(theme, names) -%}
    {%- set pairs = [] -%}
    {%- for name in names -%}
        {%- set scheme = name.split('.')[0] -%}
        {%- if name == 'all' -%}
            {%- do pairs.append(('all', 'all')) -%}
        {%- else -%}
            {%- for stratum in strata_of(theme.strata[scheme]) if name in (scheme, scheme ~ '.' ~ stratum) -%}
                {%- do pairs.append((scheme, stratum)) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(pairs | unique | list) }}
{%- endmacro %}


{# The same as SQL, a list of pairs. #}
{% macro stratum_keys(indicator, names) -%}
    {%- for scheme, stratum in stratum_pairs(theme_of(indicator), names) -%}
        ('{{ scheme }}', '{{ stratum }}'){{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{# Compile error unless the theme has what `strata` of a breakdown or a file names. #}
{% macro check_strata(key, indicator, names) -%}
    {%- do check_not_empty(key ~ '.strata', names) -%}
    {%- set theme = theme_of(indicator) if names != ['all'] else {} -%}
    {%- for name in names if name != 'all' -%}
        {%- set scheme = name.split('.')[0] -%}
        {%- if scheme not in theme.strata or stratum_pairs(theme, [name]) | length == 0 -%}
            {%- do declaration_error(key ~ '.strata', "unknown value '" ~ name ~ "'; the theme " ~ theme.name
                ~ ' has ' ~ theme.strata | join(', ')) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{# The schemes that an indicator names, with the names of their strata: what pages and the data package say of them. #}
{% macro told_strata(indicator) -%}
    {%- set theme, told = theme_of(indicator), {} -%}
    {%- for name in named_strata(indicator) if name != 'all' -%}
        {%- set scheme = name.split('.')[0] -%}
        {%- set of, strata = theme.strata[scheme], {} -%}
        {%- for stratum, names in strata_of(of).items() -%}
            {%- do strata.update({stratum: {'fr': names.fr, 'en': names.en}}) -%}
        {%- endfor -%}
        {%- do told.update({scheme: {'fr': of.fr, 'en': of.en, 'strata': strata}}) -%}
    {%- endfor -%}
    {{ return(told) }}
{%- endmacro %}


{#
  The cells of a cube of the theme by the strata that an indicator names, with the columns `stratum_scheme` and `stratum`.
  Each of `figures`, measures of the theme, is that of the stratum; `known` among them is what the classes of its scheme
  that are kept hold of the first one together. The cube is read once, however many strata there are: all
  files of people in hospital by unit cost as much so as by UNION ALL of the strata, one month of them 0.3 s against 0.4,
  and 1.0 with UNNEST.
#}
{% macro cube_by_stratum(theme, indicator, figures, cube) -%}
    {%- set pairs = stratum_pairs(theme, named_strata(indicator)) -%}
    select
        cube.* replace (
            {%- for figure in figures if figure != 'known' %}
            case strata.n
                {%- for scheme, stratum in pairs %}
                when {{ loop.index }} then {{ figure_in_stratum(theme, figure, scheme, stratum) }}
                {%- endfor %}
            end as {{ figure }}{{ ',' if not loop.last }}
            {%- endfor %}
        ),
        {%- if 'known' in figures %}
        case strata.n
            {%- for scheme, stratum in pairs %}
            when {{ loop.index }} then {{ figure_known(theme, figures[0], scheme) }}
            {%- endfor %}
        end as known,
        {%- endif %}
        strata.stratum_scheme,
        strata.stratum
    from {{ cube }} as cube
    cross join (
        values
        {%- for scheme, stratum in pairs %}
        ({{ loop.index }}, '{{ scheme }}', '{{ stratum }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as strata (n, stratum_scheme, stratum)
{%- endmacro %}


{# A relation that has no strata, with the columns of those that do: it is the total. #}
{% macro total_of(relation) -%}
    select
        *,
        'all' as stratum_scheme,
        'all' as stratum
    from {{ relation }}
{%- endmacro %}
