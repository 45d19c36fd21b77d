{#
  Strata: what a measure is divided into beside place, period, sex and age. A theme declares its schemes:

    'strata': {scheme: {
        'fr', 'en': name of the scheme,
        'classes': {stratum: {'sql': condition on a row of `int_<name>__facts`, 'fr', 'en': name of the stratum}},
        'complete': true   (optional: the classes are all that there is)
    }}

  A scheme is a partition: no row is in two of its classes, and these make the total with what none of them holds. That is
  `unknown`, or the class that is declared without `sql`, or nothing where the scheme is complete. It is the total minus
  the classes, exactly, since all of them are sums of the same rows; so it is not kept.

  A measure names the schemes in which it is held. The cube is wide: each class that is kept is a column of its own, which
  is summed, sealed and carried over days like any other. Rows by stratum take three times the time and the bytes (days
  and windows of 60 days of hospital stays, 633,000 cells: 5.0 s and 19 MB against 14.3 s and 54 MB). `strata` of a
  measure or a stock is [scheme, …], and the columns are `<measure>_<stratum>`; or {scheme: stem}, and they are
  `<stem>_<stratum>` (`<stratum>` where the stem is empty); or {scheme: {stratum: column}}.
#}

{# The schemes of a theme, checked. A key that is unknown, missing or ill-valued is a compile error that names it. #}
{% macro checked_strata(schemes) -%}
    {%- for scheme, of in schemes.items() -%}
        {%- set key = 'theme.strata.' ~ scheme -%}
        {%- do check_keys(key, of, ['fr', 'en', 'classes'], optional=['complete']) -%}
        {%- do check_not_empty(key ~ '.classes', of.classes) -%}
        {%- for stratum, told in of.classes.items() -%}
            {%- do check_keys(key ~ '.classes.' ~ stratum, told, ['fr', 'en'], optional=['sql']) -%}
        {%- endfor -%}
        {%- set rest = of.classes.values() | rejectattr('sql', 'defined') | list -%}
        {%- if rest | length > 1 or (rest and of.get('complete')) or 'unknown' in of.classes or 'all' in of.classes -%}
            {%- do declaration_error(key, 'what no condition holds is one class, or unknown, or nothing') -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(schemes) }}
{%- endmacro %}


{# The strata of a scheme in order, each with its names: the classes, and `unknown` where they leave something. #}
{% macro strata_of(scheme) -%}
    {%- set strata = dict(scheme.classes) -%}
    {%- if not scheme.get('complete') and scheme.classes.values() | selectattr('sql', 'undefined') | list | length == 0 -%}
        {%- do strata.update({'unknown': {'fr': 'inconnu', 'en': 'unknown'}}) -%}
    {%- endif -%}
    {{ return(strata) }}
{%- endmacro %}


{# The columns {stratum: column} of the classes that are kept of `name`, as `given` for one scheme: a stem or the names. #}
{% macro stratum_columns(name, scheme, of, given) -%}
    {%- set columns = {} -%}
    {%- for stratum, told in of.classes.items() if 'sql' in told -%}
        {%- if given is mapping and stratum not in given -%}
            {%- do declaration_error('measures.' ~ name ~ '.strata.' ~ scheme ~ '.' ~ stratum, 'is missing') -%}
        {%- endif -%}
        {%- set column = given[stratum] if given is mapping else (given ~ '_' ~ stratum if given else stratum) -%}
        {%- do columns.update({stratum: column}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#
  Measures with a measure for each class in which they are held, right after the total. `strata` of a total is then
  {scheme: {stratum: column}}; a class has none. A product costs what the condition does, CASE half as much again.
#}
{% macro measures_by_stratum(measures, schemes) -%}
    {%- set found = {} -%}
    {%- for name, of in measures.items() -%}
        {%- set columns, classes = {}, {} -%}
        {%- for scheme in of.strata -%}
            {%- if scheme not in schemes -%}
                {%- do declaration_error('measures.' ~ name ~ '.strata', "unknown scheme '" ~ scheme ~ "'") -%}
            {%- endif -%}
            {%- set stem = of.strata[scheme] if of.strata is mapping else name -%}
            {%- do columns.update({scheme: stratum_columns(name, scheme, schemes[scheme], stem)}) -%}
            {%- for stratum, column in columns[scheme].items() -%}
                {%- set condition = schemes[scheme].classes[stratum].sql -%}
                {%- set sql = '(' ~ of.sql ~ ') * (' ~ condition ~ ')::int' -%}
                {%- set text = text_in_stratum(of.get('text', ''), schemes[scheme].classes[stratum]) -%}
                {%- do classes.update({column: dict(of, sql=sql, strata={}, text=text)}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for column, of_class in dict({name: dict(of, strata=columns)}, **classes).items() -%}
            {%- if column in found -%}
                {%- do declaration_error('measures.' ~ name, "there are two columns '" ~ column ~ "'") -%}
            {%- endif -%}
            {%- do found.update({column: of_class}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{# What a column holds of which `text` says what its total is: of a class, as its scheme has it. #}
{% macro text_in_stratum(text, class) -%}
    {{ return(text[:-1] ~ ': ' ~ class.en ~ '.' if text else '') }}
{%- endmacro %}


{# Stocks with the type and the net entries of each; a stock is held in the schemes of its net entries. #}
{% macro stocks_by_stratum(stocks, net, schemes) -%}
    {%- set found = {} -%}
    {%- for stock, given in stocks.items() -%}
        {%- set of = given if given is mapping else {'net': given} -%}
        {%- do check_keys('theme.stocks.' ~ stock, of, ['net'], optional=['strata', 'text']) -%}
        {%- set text = of.get('text', '') -%}
        {%- if of.net not in net -%}
            {%- do declaration_error('theme.stocks.' ~ stock, "unknown measure '" ~ of.net ~ "'") -%}
        {%- endif -%}
        {%- set columns, classes = {}, {} -%}
        {%- for scheme, kept in net[of.net].strata.items() -%}
            {%- set stem = of.get('strata', {}).get(scheme, stock) -%}
            {%- do columns.update({scheme: {}}) -%}
            {%- for stratum, measure in kept.items() -%}
                {%- set column = stem ~ '_' ~ stratum if stem else stratum -%}
                {%- do columns[scheme].update({stratum: column}) -%}
                {%- set text_of_class = text_in_stratum(text, schemes[scheme].classes[stratum]) -%}
                {#- What there was to date is within no count of a day. -#}
                {%- set of_class = dict(net[measure], net=measure, text=text_of_class, signed=false, within=none) -%}
                {%- do classes.update({column: of_class}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set whole = dict(net[of.net], net=of.net, strata=columns, text=text, signed=false, within=none) -%}
        {%- do found.update(dict({stock: whole}, **classes)) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{# The SQL of a figure of a cube in a stratum: its column, or what the classes that are kept leave of the total. #}
{% macro figure_in_stratum(theme, figure, scheme, stratum) -%}
    {%- if figure not in theme.figures or scheme not in ['all'] + (theme.figures[figure].strata | list) -%}
        {%- do declaration_error('strata', "the theme has no '" ~ figure ~ "' by '" ~ scheme ~ "'") -%}
    {%- endif -%}
    {%- set columns = theme.figures[figure].strata.get(scheme, {}) -%}
    {%- if scheme == 'all' -%}
        cube.{{ figure }}
    {%- elif stratum in columns -%}
        cube.{{ columns[stratum] }}
    {%- else -%}
        cube.{{ figure }}{% for column in columns.values() %} - cube.{{ column }}{% endfor %}
    {%- endif -%}
{%- endmacro %}


{# The SQL of what the classes of a scheme hold of a figure of a cube: all of it where one is what no condition holds. #}
{% macro figure_known(theme, figure, scheme) -%}
    {%- set rest = theme.strata[scheme].classes.values() | selectattr('sql', 'undefined') | list if scheme != 'all' -%}
    {%- set part = scheme != 'all' and not rest -%}
    cube.{{ (theme.figures[figure].strata[scheme].values() if part else [figure]) | join(' + cube.') }}
{%- endmacro %}
