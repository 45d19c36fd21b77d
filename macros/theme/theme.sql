{#
  A theme as the engine reads it: checks a declaration, which is what a macro named like the theme hands over, and fills in
  what it leaves out. A key that is unknown, missing or ill-valued is a compile error that names the model and the key.

    {
        'name': the theme, as in int_<name>__…,
        'feeds': [the feeds whose deliveries it counts; the first holds the records],
        'records': staging model of the record versions, 'key': column of the identifier of a record,
        'sender': column of who gave the identifier, 'persons': whether a record is of a person (`person_key`),
        'context': column of what is read again when one record changes: a stay, a person; none: the record alone,
        'withdraws': condition on a version that withdraws a record or a stay, beside a deletion (none: no such),
        'content': [the columns of a version that say something of the record],
        'facts': {column of `int_<name>__facts`: SQL on a record}, `day` and `place` among them, where each record is a fact (see
                 `facts_of`); left out where the theme has a model of its own for them,
        'bands': model or seed of the finest classes of age, 'band': its column, 'age_schemes': [its columns, a scheme each;
                 that of 65plus is age65]; all three left out where no ages are known,
        'keys': {key of a finest cell: SQL of its value where the cell is a total, or {'total': that, 'text': what it is}};
                where `sex` is none of them the theme knows no sexes, and its cube has the total alone,
        'levels': {level of finest cells: {'keys': {key that it has: SQL of its value}, 'place': SQL of the place, 'where': condition,
                   'measures': [the only ones that it holds; left out: all]}},
        'periods': [some of 'day', 'rolling7', 'week'] that its cube has, all three unless said. Without days it is ['week']: the
                   theme is reported by week, and the day of a finest cell is the Sunday that ends its ISO week; or ['wave']: it
                   is a survey, without a cube, and the day of a cell is the last one of its wave,
        'finest': 'dep', unless said: the level of cells that has every figure; 'reg' where the feed knows régions
                 alone, 'continent' where it is of the world, which then stands in the place of France,
        'strata': {scheme: what it divides a measure into; see strata.sql},
        'days_by_stratum': [schemes of which the strata stand beside the cube, not in it; see days_by_stratum.sql],
        'flows': {measure: what it counts}, summed over the days of a period,
        'net': {measure: entries minus exits}, of which a stock is the running sum,
        'stocks': {stock: measure, or {'net': measure, 'strata': names of its columns, 'text': what it is}}, the level at the
                   end of a day: the running sum of a measure of `net`, or of a flow, which gives what there was to date,
        'summed_stocks': {measure of a period: stock that is summed over its days all the same},
        'explains': {measure: where it is published by day and département, see `counted_changes`},
        'population': false where no figure is divided by the inhabitants: its cube, and with it what is published, then rests
                      on no population (true unless said),
        'indicators': {'period', 'age', 'fresh_by', 'lag_days'} of those in the short form; see `indicator_of`,
        'provisional_days': days after the end of its period during which a figure is provisional, else the variable of that
                            name; at least `lag_days`, but for waves: nothing is final before it is due,
        'watched': what signals look at in what is received; see `received_of_themes`,
    }

  A measure is the SQL of what one row of `int_<name>__facts` brings, or {'sql', 'row': type of it, 'type': type of a
  sum, 'strata': schemes in which it is held too, 'text': what it is}. `row` is smallint and `type` integer unless said: a
  report may be above 32,767, a weight is a decimal. A flow that may take back what was counted is `signed`: it has no
  interval, and may be below zero. What is a part of another measure is `within` it, and never more. The `text` of keys,
  measures and stocks is that of their columns in every model of the engine (`meta.texts`).
#}
{% macro theme(declared) -%}
    {%- do check_keys(
        'theme', declared,
        ['name', 'feeds', 'records', 'key', 'sender', 'content', 'keys', 'levels', 'flows'],
        optional=[
            'bands', 'band', 'age_schemes',
            'facts', 'context', 'persons', 'withdraws', 'periods', 'finest', 'strata', 'days_by_stratum', 'net', 'stocks',
            'summed_stocks', 'explains', 'population', 'indicators', 'provisional_days', 'watched'
        ]
    ) -%}
    {%- if 'facts' in declared -%}
        {%- do check_keys('theme.facts', declared.facts, ['day', 'place'], optional=declared.facts | list) -%}
    {%- endif -%}
    {%- do check_periods(declared.get('periods', ['day'])) -%}
    {%- do check_ages(declared) -%}
    {%- do check_provisional(declared) -%}
    {%- do check_watched(declared) -%}
    {%- set keys = keys_told(declared['keys']) -%}
    {%- set strata = checked_strata(declared.get('strata', {})) -%}
    {%- set flows = measures_by_stratum(typed(declared.flows), strata) -%}
    {%- for name, of in flows.items() if of.get('within', name) not in flows -%}
        {%- do declaration_error('theme.flows.' ~ name, "within: unknown measure '" ~ of.within ~ "'") -%}
    {%- endfor -%}
    {%- set net = measures_by_stratum(typed(declared.get('net', {})), strata) -%}
    {%- for level, of in declared.levels.items() -%}
        {%- do check_keys('theme.levels.' ~ level, of, ['keys'], optional=['place', 'where', 'measures']) -%}
        {%- for key in of['keys'] if key not in declared['keys'] -%}
            {%- do declaration_error('theme.levels.' ~ level, "unknown key '" ~ key ~ "'") -%}
        {%- endfor -%}
        {%- for name in of.get('measures', []) if name not in flows and name not in net -%}
            {%- do declaration_error('theme.levels.' ~ level, "unknown measure '" ~ name ~ "'") -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for scheme in declared.get('days_by_stratum', []) if scheme not in strata or scheme not in declared.levels -%}
        {%- do declaration_error('theme.days_by_stratum', "no scheme and level '" ~ scheme ~ "'") -%}
    {%- endfor -%}
    {%- set stocks = stocks_by_stratum(declared.get('stocks', {}), dict(flows, **net), strata) -%}
    {{ return(dict(
        {
            'context': none, 'persons': false, 'withdraws': 'false', 'periods': ['day', 'rolling7', 'week'],
            'age_schemes': [], 'sexes': ['all', 'F', 'M', 'unknown'] if 'sex' in declared['keys'] else ['all'],
            'finest': 'dep', 'days_by_stratum': [], 'summed_stocks': {}, 'explains': {}, 'watched': {},
            'provisional_days': var('provisional_days'),
        }, **dict(
            declared, keys=keys.totals, key_texts=keys.texts, strata=strata, flows=flows, net=net, stocks=stocks,
            measures=dict(flows, **net), figures=dict(flows, **stocks)
        )
    )) }}
{%- endmacro %}


{# Compile error on periods that a theme cannot have: what is reported by week or by wave has no days to sum. #}
{% macro check_periods(periods) -%}
    {%- for period in periods if period not in ['day', 'rolling7', 'week', 'wave'] -%}
        {%- do declaration_error('theme.periods', "unknown period '" ~ period ~ "'") -%}
    {%- endfor -%}
    {%- if 'day' not in periods and periods not in (['week'], ['wave']) or 'wave' in periods and 'day' in periods -%}
        {%- do declaration_error(
            'theme.periods', 'seven days are summed of days: without days there is the week alone, or the wave'
        ) -%}
    {%- endif -%}
{%- endmacro %}


{#
  Compile error on a theme whose figures would be final before they are due: reports that come within the week after the
  Sunday are not all there three days after it. The `lag_days` of a survey hold the time between two waves, too.
#}
{% macro check_provisional(declared) -%}
    {%- do check_days('theme.provisional_days', declared.get('provisional_days', 0)) -%}
    {%- if 'indicators' in declared and declared.get('periods') != ['wave'] -%}
        {%- set days, due = declared.get('provisional_days', var('provisional_days')), declared.indicators.lag_days -%}
        {%- if days < due -%}
            {%- do declaration_error('theme.provisional_days', days ~ ' days: final before it is due, after ' ~ due) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# The sexes that the cube of a theme has: the total alone where `sex` is none of its keys. A unit test may give less. #}
{% macro sexes_of(theme) -%}
    {{ return(theme.get('sexes', ['all', 'F', 'M', 'unknown'])) }}
{%- endmacro %}


{# Compile error unless a theme has schemes of age and the classes that they are made of, or neither. #}
{% macro check_ages(declared) -%}
    {%- if declared.get('age_schemes') -%}
        {%- for key in ['bands', 'band'] if key not in declared -%}
            {%- do declaration_error('theme.' ~ key, 'is missing: age_schemes are its columns') -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if ('age_band' in declared['keys']) != (declared.get('age_schemes', []) | length > 0) -%}
        {%- do declaration_error('theme.age_schemes', 'go with the key age_band: a theme has both or neither') -%}
    {%- endif -%}
{%- endmacro %}


{# Whether the cube of a theme has the inhabitants of each cell. A unit test may give less of a theme. #}
{% macro has_population(theme) -%}
    {{ return(theme.get('population', true)) }}
{%- endmacro %}


{# Compile error where a figure is to be divided by the inhabitants, and the theme says that it has none. #}
{% macro check_population(theme) -%}
    {%- if not has_population(theme) -%}
        {%- do declaration_error('theme.population', "is false in '" ~ theme.name ~ "', and a figure is divided by it") -%}
    {%- endif -%}
{%- endmacro %}


{# Whether a theme is reported by week, so that its cells stand on Sundays alone. #}
{% macro is_weekly(theme) -%}
    {{ return(theme.periods == ['week']) }}
{%- endmacro %}


{# Days from one cell of a theme to the next one. #}
{% macro days_between_cells(theme) -%}
    {{ return(7 if is_weekly(theme) else 1) }}
{%- endmacro %}


{# The keys of a theme as `totals`, {key: SQL where the cell is a total}, and `texts`, {key: what it is}; see `theme`. #}
{% macro keys_told(declared) -%}
    {%- set totals, texts = {}, {} -%}
    {%- set usual = {
        'sex': "F, M or unknown; all where it is a total.",
        'age_band': "Finest class of age that is known, or unknown; all where it is a total.",
    } -%}
    {%- for key, given in declared.items() -%}
        {%- set of = given if given is mapping else {'total': given} -%}
        {%- do check_keys('theme.keys.' ~ key, of, ['total'], optional=['text']) -%}
        {%- do totals.update({key: of.total}) -%}
        {%- do texts.update({key: of.get('text', usual.get(key, ''))}) -%}
    {%- endfor -%}
    {{ return({'totals': totals, 'texts': texts}) }}
{%- endmacro %}


{# Measures with the type of a row and that of a sum; see `theme`. #}
{% macro typed(measures) -%}
    {%- set typed = {} -%}
    {%- for name, of in measures.items() -%}
        {%- set given = of if of is mapping else {'sql': of} -%}
        {%- do check_keys(
            'measures.' ~ name, given, ['sql'], optional=['row', 'type', 'strata', 'signed', 'within', 'text']
        ) -%}
        {%- do typed.update({name: dict({'row': 'smallint', 'type': 'integer', 'strata': [], 'text': ''}, **given)}) -%}
    {%- endfor -%}
    {{ return(typed) }}
{%- endmacro %}


{# Name of a model of the engine in a theme. #}
{% macro model_of(theme, what) -%}
    {{ return('int_' ~ theme.name ~ '__' ~ what) }}
{%- endmacro %}


{# The keys of a cell of a theme's cube. #}
{% macro cube_keys() -%}
    {{ return(['period_end', 'geo_level', 'geo_code', 'sex', 'age_scheme', 'age_class']) }}
{%- endmacro %}
