{#
  Checks the declaration that stands on top of an indicator's file and writes it into the model's metadata, from which
  the published files, the methods page, the catalogue, the Dagster asset and its freshness follow.

  A key that is unknown, missing or ill-valued is a compile error that names the model and the key.

    indicator: {
        'title': {'fr': text, 'en': text},
        'unit': {'fr': text, 'en': text},
        'formula': {'fr': text, 'en': text},
        'source': feed,
        'breakdowns': [{'geo': [...], 'period': [...], 'sex': [...], 'age': [schemes], 'strata': [...]}, ...],
        'open_data': [{'name': file name, 'geo': [...], 'period': [...], 'sex': [...], 'age': [schemes], 'strata': [...]}, ...],
            (`strata` is optional: else the total, `all`; see strata.sql),
        'fresh_by': 'HH:MM', 'lag_days': days between a day and its first firm figure,
        'definition': date since which the definition holds,
        'changes': [{'date': date, 'fr': text, 'en': text}, ...]   (may be empty),
        'group': name   (optional: outputs of a group must add up, and are published or held together),
        'decimals': of the published figures   (optional: else the variable `published_decimals`),
        'figures': [which of numerator, denominator, value, ci_low and ci_high it has]   (optional: all; one that is not named
            is empty, or for the numerator the value, and the published CSV is without it),
        'population': true   (optional: figures are of a population, and each row bears its vintage),
        'replaces': {'indicator': name, 'since': date}   (optional: it is the next definition of that one, and both are
            published since then),
        'reach': {'before': days, 'after': days}   (optional: so many days before the seven up to a period's end, and after
            it, its figures rest on, too: a release computes a month again when one of these days has changed)
    }
#}
{% macro declare_indicator(indicator) -%}
    {%- do check_keys('indicator', indicator,
        ['title', 'unit', 'formula', 'source', 'breakdowns', 'open_data', 'fresh_by', 'lag_days', 'definition', 'changes'],
        optional=['group', 'decimals', 'population', 'figures', 'replaces', 'reach']) -%}
    {%- for key in ['title', 'unit', 'formula'] -%}
        {%- do check_keys(key, indicator[key], ['fr', 'en']) -%}
    {%- endfor -%}
    {%- do check_changes(indicator.changes) -%}
    {%- if 'replaces' in indicator -%}
        {%- do check_keys('replaces', indicator.replaces, ['indicator', 'since']) -%}
        {%- do check_date('replaces.since', indicator.replaces.since) -%}
    {%- endif -%}
    {%- if 'reach' in indicator -%}
        {%- do check_keys('reach', indicator.reach, ['before', 'after']) -%}
        {%- do check_days('reach.before', indicator.reach.before) -%}
        {%- do check_days('reach.after', indicator.reach.after) -%}
    {%- endif -%}
    {%- for breakdown in indicator.breakdowns -%}
        {%- do check_keys('breakdowns', breakdown, ['geo', 'period', 'sex', 'age'], optional=['strata']) -%}
        {%- do check_axes('breakdowns', breakdown) -%}
        {%- do check_strata('breakdowns', indicator, breakdown.get('strata', ['all'])) -%}
    {%- endfor -%}
    {%- for slice in indicator.open_data -%}
        {%- do check_keys('open_data', slice, ['name', 'geo', 'period', 'sex', 'age'], optional=['strata']) -%}
        {%- do check_axes('open_data', slice) -%}
        {%- do check_strata('open_data', indicator, slice.get('strata', ['all'])) -%}
        {%- for level in slice.geo if level not in var('disclosure').exact -%}
            {%- do declaration_error('open_data.geo', level ~ ' is published as a class only, never as a number') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do check_not_empty('breakdowns', indicator.breakdowns) -%}
    {%- do check_not_empty('open_data', indicator.open_data) -%}
    {%- do check_time('fresh_by', indicator.fresh_by) -%}
    {%- do check_days('lag_days', indicator.lag_days) -%}
    {%- do check_date('definition', indicator.definition) -%}
    {%- for figure in indicator.get('figures', [])
        if figure not in ['numerator', 'denominator', 'value', 'ci_low', 'ci_high'] -%}
        {%- do declaration_error('figures', "unknown figure '" ~ figure ~ "'") -%}
    {%- endfor -%}
    {%- if 'decimals' in indicator -%}
        {%- do check_days('decimals', indicator.decimals) -%}
    {%- endif -%}
    {%- set told = {'stratum_schemes': told_strata(indicator)} if has_strata(indicator) else {} -%}
    {{ config(meta={'vigie': dict(indicator, kind='indicator', **told)}, tags=['indicator']) }}
{%- endmacro %}


{#
  Checks the declaration of a published file in an official layout (its columns are the model's columns) and writes it
  into the model's metadata.

    dataset: {
        'name': resource name, 'title': {'fr', 'en'}, 'description': {'fr', 'en'}, 'source': feed,
        'order_by': [columns], 'fresh_by': 'HH:MM', 'lag_days': days, 'group': name (optional, as above),
        'follows': [groups] (optional: it is read together with them, held when one of them is, and holds none),
        'changes': [{'date': date, 'fr': text, 'en': text}, ...]   (optional: what has changed in the file, and since when)
        'closed': date   (optional: the last day that it will ever hold, of a time that is over; it is never late then),
        'map': {'level', 'place', 'period', 'age', 'classes': {indicator: column}}   (optional: the observatory draws the
            classes of these columns, of places of the level, and the release has the outlines of these)
    }
#}
{% macro declare_dataset(dataset) -%}
    {%- do check_keys('dataset', dataset,
        ['name', 'title', 'description', 'source', 'order_by', 'fresh_by', 'lag_days'],
        optional=['group', 'follows', 'changes', 'closed', 'map']) -%}
    {%- if 'map' in dataset -%}
        {%- do check_keys('map', dataset.map, ['level', 'place', 'period', 'age', 'classes']) -%}
    {%- endif -%}
    {%- for key in ['title', 'description'] -%}
        {%- do check_keys(key, dataset[key], ['fr', 'en']) -%}
    {%- endfor -%}
    {%- do check_changes(dataset.get('changes', [])) -%}
    {%- do check_time('fresh_by', dataset.fresh_by) -%}
    {%- do check_days('lag_days', dataset.lag_days) -%}
    {{ config(meta={'vigie': dict(dataset, kind='open_data')}, tags=['open_data']) }}
{%- endmacro %}


{# Values that each axis of a breakdown may take; the age schemes are those of the disclosure policy. #}
{% macro axes() -%}
    {%- set ages = [] -%}
    {%- for schemes in var('disclosure').exact.values() -%}
        {%- for scheme in schemes if scheme not in ages -%}
            {%- do ages.append(scheme) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return({
        'geo': ['FRA', 'REG', 'DEP', 'EPCI', 'METRO', 'COM', 'IRIS', 'WORLD', 'CONTINENT'],
        'period': ['day', 'rolling7', 'week', 'cumulative', 'wave'],
        'sex': ['all', 'F', 'M', 'unknown'],
        'age': ages,
    }) }}
{%- endmacro %}


{# Compile error on a declaration: names the model, the key and what is wrong. #}
{% macro declaration_error(key, problem) -%}
    {{ exceptions.raise_compiler_error("Declaration of " ~ model.name ~ ", key '" ~ key ~ "': " ~ problem) }}
{%- endmacro %}


{# Compile error unless `declared` has exactly the keys `expected`, and besides them only some that are `optional`. #}
{% macro check_keys(key, declared, expected, optional=[]) -%}
    {%- if declared is not mapping -%}
        {%- do declaration_error(key, 'must be a dictionary with the keys ' ~ expected | join(', ')) -%}
    {%- endif -%}
    {%- for name in declared if name not in expected + optional -%}
        {%- do declaration_error(key ~ '.' ~ name, 'unknown key; the keys are ' ~ (expected + optional) | join(', ')) -%}
    {%- endfor -%}
    {%- for name in expected if name not in declared -%}
        {%- do declaration_error(key ~ '.' ~ name, 'is missing') -%}
    {%- endfor -%}
{%- endmacro %}


{# Compile error unless each axis of a breakdown takes known values. #}
{% macro check_axes(key, breakdown) -%}
    {%- for axis, known in axes().items() -%}
        {%- for value in breakdown[axis] if value not in known -%}
            {%- do declaration_error(key ~ '.' ~ axis, "unknown value '" ~ value ~ "'; the values are " ~ known | join(', ')) -%}
        {%- endfor -%}
        {%- if breakdown[axis] | length == 0 -%}
            {%- do declaration_error(key ~ '.' ~ axis, 'is empty') -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{# Compile error unless each change is told in both languages, with its date. #}
{% macro check_changes(changes) -%}
    {%- for change in changes -%}
        {%- do check_keys('changes', change, ['date', 'fr', 'en']) -%}
        {%- do check_date('changes.date', change.date) -%}
    {%- endfor -%}
{%- endmacro %}


{# Compile error unless `time` reads HH:MM. #}
{% macro check_time(key, time) -%}
    {%- if not modules.re.fullmatch('([01][0-9]|2[0-3]):[0-5][0-9]', time | string) -%}
        {%- do declaration_error(key, "'" ~ time ~ "' is not a time of day HH:MM") -%}
    {%- endif -%}
{%- endmacro %}


{# Compile error unless `day` reads YYYY-MM-DD. #}
{% macro check_date(key, day) -%}
    {%- if not modules.re.fullmatch('[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', day | string) -%}
        {%- do declaration_error(key, "'" ~ day ~ "' is not a date YYYY-MM-DD") -%}
    {%- endif -%}
{%- endmacro %}


{# Compile error unless `days` is a number of days, zero or more. #}
{% macro check_days(key, days) -%}
    {%- if days is not integer or days < 0 -%}
        {%- do declaration_error(key, "'" ~ days ~ "' is not a number of days") -%}
    {%- endif -%}
{%- endmacro %}


{# Compile error when a list is empty. #}
{% macro check_not_empty(key, values) -%}
    {%- if values | length == 0 -%}
        {%- do declaration_error(key, 'is empty') -%}
    {%- endif -%}
{%- endmacro %}
