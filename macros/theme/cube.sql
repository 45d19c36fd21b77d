{#
  The model `int_<theme>__cube_changes`: what the batches that the cube by day has not taken in change in it: France,
  régions and départements × sex × age, the flows of a day, and the stocks of that day and of all later ones until the
  next change undoes it. A stay of three months ago that is declared late changes the days of that stay and no other. A
  département that is not known is `unknown`. From the finest to the coarsest: classes of age within a sex, both sexes,
  régions and France.
#}
{% macro cube_changes_of(theme) -%}
    {%- set places, seed = places_of(theme), seed_of_places(theme) -%}
    {%- do config(meta={'texts': texts_of(theme.figures)}) -%}
    with changed as (

        select
            changes.day,
            changes.place,
            {{ 'changes.sex' if sexes_of(theme) | length > 1 else "'all' as sex" }},
            {{ 'changes.age_band' if theme.age_schemes else "'all' as age_band" }},
            {{ sum_measures(theme.measures) }},
            max(changes.batch) as batch
        from {{ ref(model_of(theme, 'changes')) }} as changes
        where changes.cell_level = '{{ finest_of(theme) }}' and changes.batch > {{ applied_batch(model_of(theme, 'cube_days')) }}
        group by changes.day, changes.place
            {%- if sexes_of(theme) | length > 1 %}, changes.sex{% endif %}
            {%- if theme.age_schemes %}, changes.age_band{% endif %}

    ),

    {% if theme.stocks %}
    levels as (

        select
            day as from_day,
            coalesce(
                lead(day) over days_in_order - 1,
                (select max(day) from {{ ref(model_of(theme, 'changes')) }} where cell_level = '{{ finest_of(theme) }}')
            ) as until_day,
            place,
            sex,
            age_band,
            {{ running_stocks(theme.stocks, 'days_in_order') }},
            batch
        from changed
        window days_in_order as (partition by place, sex, age_band order by day)

    ),
    {% endif %}

    counted as (

        select
            day as period_end,
            place,
            sex,
            age_band,
            {{ list_measures(theme.flows, 'changed') }},
            {% if theme.stocks %}{{ no_measures(theme.stocks) }},{% endif %}
            batch
        from changed
        {%- if theme.stocks %}
        union all
        select
            unnest(generate_series(from_day, until_day, interval {{ days_between_cells(theme) }} day))::date as period_end,
            place,
            sex,
            age_band,
            {{ no_measures(theme.flows) }},
            {{ list_measures(theme.stocks, 'levels') }},
            batch
        from levels
        where {{ any_measure(theme.stocks) }}
        {%- endif %}

    ),

    {% if theme.age_schemes %}
    bands as (

        select distinct {{ theme.band }} as age_band, {{ age_columns(theme.age_schemes) | join(', ') }} from {{ ref(theme.bands) }}

    ),
    {% endif %}

    by_sex as (

        select
            counted.period_end,
            {%- for place in places %}
            coalesce({{ seed }}.{{ place }}, 'unknown') as {{ place }},
            {%- endfor %}
            counted.sex,
            {%- if theme.age_schemes %}
            case
                {%- for scheme in theme.age_schemes %}
                when grouping({{ age_column(scheme) }}) = 0 then '{{ scheme }}'
                {%- endfor %}
                else 'all'
            end as age_scheme,
            {#- A band without a class in a scheme is unknown there; `all` is the total. -#}
            case
                {%- for scheme in theme.age_schemes %}
                when grouping({{ age_column(scheme) }}) = 0 then coalesce({{ age_column(scheme) }}, 'unknown')
                {%- endfor %}
                else 'all'
            end as age_class,
            {%- else %}
            'all' as age_scheme,
            'all' as age_class,
            {%- endif %}
            {{ sum_measures(theme.figures) }},
            max(counted.batch) as batch
        from counted
        {%- if theme.age_schemes %}
        left join bands on counted.age_band = bands.age_band
        {%- endif %}
        left join {{ ref(seed) }} as {{ seed }} on counted.place = {{ seed }}.{{ places[0] }}
        group by counted.period_end, {{ seed }}.{{ places | join(', ' ~ seed ~ '.') }}, counted.sex
            {%- if theme.age_schemes %},
            grouping sets (({{ age_columns(theme.age_schemes) | join('), (') }}), ())
            {%- endif %}

    ),

    by_departement as (

        select * from by_sex
        {%- if sexes_of(theme) | length > 1 %}
        union all
        select
            period_end,
            {{ places | join(',\n            ') }},
            'all' as sex,
            age_scheme,
            age_class,
            {{ sum_measures(theme.figures) }},
            max(batch) as batch
        from by_sex
        group by period_end, {{ places | join(', ') }}, age_scheme, age_class
        {%- endif %}

    )

    select
        period_end,
        case
            {%- for place in places %}
            when grouping({{ place }}) = 0 then '{{ place | upper }}'
            {%- endfor %}
            else '{{ whole_of(theme).level }}'
        end as geo_level,
        coalesce({{ places | join(', ') }}, '{{ whole_of(theme).code }}') as geo_code,
        sex,
        age_scheme,
        age_class,
        {{ sum_measures(theme.figures) }},
        max(batch) as batch
    from by_departement
    group by period_end, sex, age_scheme, age_class, grouping sets (({{ places | join('), (') }}), ())
{%- endmacro %}


{#
  The model `int_<theme>__empty_cells`: every cell of the cube by day: France, régions and départements (and what has no
  known place) × sex × age, for each day (of a weekly theme, each Sunday) between the first and the last one that
  figures ever had. A zero is published as a zero.
#}
{% macro empty_cells_of(theme) -%}
    select
        days.period_end,
        places.geo_level,
        places.geo_code,
        sexes.sex,
        ages.age_scheme,
        ages.age_class
    from (
        select unnest(generate_series(min(day), max(day), interval {{ days_between_cells(theme) }} day))::date as period_end
        from (
            select day from {{ ref(model_of(theme, 'changes')) }}
            where cell_level = '{{ finest_of(theme) }}'
            union all
            select day from ({{ sealed_sums(model_of(theme, 'changes'), model_of(theme, 'batches')) }}) as sealed
            where cell_level = '{{ finest_of(theme) }}'
        ) as figures
    ) as days
    cross join (
        {{ places_of_cube(finest_of(theme)) }}
    ) as places
    cross join (values ('{{ sexes_of(theme) | join("'), ('") }}')) as sexes (sex)
    cross join (
        {%- for scheme in theme.age_schemes %}
        select distinct '{{ scheme }}' as age_scheme, {{ age_column(scheme) }} as age_class from {{ ref(theme.bands) }}
        where {{ age_column(scheme) }} is not null
        union
        select '{{ scheme }}' as age_scheme, 'unknown' as age_class
        union all
        {%- endfor %}
        select 'all' as age_scheme, 'all' as age_class
    ) as ages
{%- endmacro %}


{# The column of an age scheme in the bands of a theme: named like it, but for 65plus, which is no name in SQL. #}
{% macro age_column(scheme) -%}
    {{ return('age65' if scheme == '65plus' else scheme) }}
{%- endmacro %}


{# The columns of several of them. #}
{% macro age_columns(schemes) -%}
    {%- set columns = [] -%}
    {%- for scheme in schemes -%}
        {%- do columns.append(age_column(scheme)) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#
  The places of a cube, `geo_level` and `geo_code`: France, régions, départements, and what has no known place; without
  départements where the `finest` level is that of régions; the world and continents where it is that of continents.
#}
{% macro places_of_cube(finest='dep') -%}
    {% if finest == 'continent' -%}
    select 'WORLD' as geo_level, 'WORLD' as geo_code
    union all
    select 'CONTINENT' as geo_level, continent as geo_code from {{ ref('continents') }}
    union all
    select 'CONTINENT' as geo_level, 'unknown' as geo_code
    {%- else -%}
    select 'FRA' as geo_level, 'FR' as geo_code
    union all
    select distinct 'REG' as geo_level, reg as geo_code from {{ ref('departements') }}
    union all
    {% if finest == 'dep' -%}
    select 'DEP' as geo_level, dep as geo_code from {{ ref('departements') }}
    union all
    {% endif -%}
    select unnest({{ ['REG', 'DEP'] if finest == 'dep' else ['REG'] }}) as geo_level, 'unknown' as geo_code
    {%- endif %}
{%- endmacro %}


{# The finest level of cells of a theme, `dep`, `reg` or `continent`. A unit test may give less of a theme. #}
{% macro finest_of(theme) -%}
    {{ return(theme.get('finest', 'dep')) }}
{%- endmacro %}


{# The columns of the places of a theme's cube beside the whole, the finest first. #}
{% macro places_of(theme) -%}
    {{ return(['dep', 'reg'] if finest_of(theme) == 'dep' else [finest_of(theme)]) }}
{%- endmacro %}


{# The level and the code of the whole that the places of a theme's cube make: France, or the world. #}
{% macro whole_of(theme) -%}
    {%- set is_world = finest_of(theme) == 'continent' -%}
    {{ return({'level': 'WORLD', 'code': 'WORLD'} if is_world else {'level': 'FRA', 'code': 'FR'}) }}
{%- endmacro %}


{# The seed that has the places of a theme's cube. #}
{% macro seed_of_places(theme) -%}
    {{ return({'dep': 'departements', 'reg': 'regions', 'continent': 'continents'}[finest_of(theme)]) }}
{%- endmacro %}


{#
  The model `int_<theme>__cube_days`: the cube by day, every cell present, zero included: what it held plus what the
  later batches changed. A new day begins with the stocks of the last one; before the last one (an event older than all
  others) it begins with nothing.

  A cell stands once on each side, so that the sides are joined and nothing is summed: the first build, of a long
  history, streams its cells past those that hold something, and keeps in memory these alone. For the same reason it reads
  each CTE once: one that is read twice is held whole.
#}
{% macro cube_days_of(theme) -%}
    {%- do config(
        materialized='incremental', incremental_strategy='delete+insert', unique_key=cube_keys(),
        meta={'texts': texts_of(theme.figures)}
    ) -%}
    {%- set keys = cube_keys() | join(', ') -%}
    with counted as (

        select * from {{ ref(model_of(theme, 'cube_changes')) }}

    ),

    {% if theme.stocks and is_incremental() %}
    last_day as (

        {{ held_on_last_day() }}

    ),
    {% endif %}

    new_days as (

        select
            empty_cells.*,
            {{ no_measures(theme.flows) }},
            {%- for name, of in theme.stocks.items() %}
            {{ 'coalesce(last_day.' ~ name ~ ', 0)' if is_incremental() else '0' }}::{{ of.type }} as {{ name }},
            {%- endfor %}
            0::bigint as batch
        from {{ ref(model_of(theme, 'empty_cells')) }} as empty_cells
        {%- if theme.stocks and is_incremental() %}
        left join last_day
            on
                empty_cells.geo_level = last_day.geo_level
                and empty_cells.geo_code = last_day.geo_code
                and empty_cells.sex = last_day.sex
                and empty_cells.age_class = last_day.age_class
                and empty_cells.age_scheme = last_day.age_scheme
                and empty_cells.period_end > last_day.period_end
        {%- endif %}
        where {{ not_yet_in_this('empty_cells.period_end', 'period_end') }}

    ),

    changes as (

        select
            {{ keys }},
            {%- for name, of in theme.figures.items() %}
            (coalesce(new_days.{{ name }}, 0) + coalesce(counted.{{ name }}, 0))::{{ of.type }} as {{ name }},
            {%- endfor %}
            greatest(new_days.batch, counted.batch) as batch
        from new_days
        full join counted using ({{ keys }})

    )
    {%- if is_incremental() %},

    held as (

        {{ held(cube_keys()) }}

    )

    select
        {{ list_measures(cube_keys(), 'changes') }},
        {{ held_plus_changes(theme.figures) }},
        greatest(changes.batch, coalesce(held.batch, 0)) as batch
    from changes
    left join held using ({{ keys }})
    {%- else %}

    select * from changes
    {%- endif %}
{%- endmacro %}


{#
  The model `int_<theme>__cube_windows`: the cube over the seven days ending on each day: flows are summed; a stock is
  that of the last day, and those of `summed_stocks` are summed besides. Windows of which a day is missing are left out.
  By difference: once built, only the windows that hold a cell that changed, and those that end on a new day, are summed
  again.
#}
{% macro cube_windows_of(theme) -%}
    {%- do config(
        materialized='incremental', incremental_strategy='delete+insert', unique_key=cube_keys(),
        meta={'texts': texts_of(theme.figures, theme.summed_stocks)}
    ) -%}
    {%- set days = ref(model_of(theme, 'cube_days')) -%}
    {%- set keys = list_measures(cube_keys()[1:], 'days') -%}
    {%- if is_incremental() -%}
        with ends as (

            select
                {{ keys }},
                period_end + unnest(range(7))::integer as window_end
            from {{ days }} as days
            where batch > {{ applied_batch(model_of(theme, 'cube_windows')) }}
            union
            select
                {{ keys }},
                period_end as window_end
            from {{ days }} as days
            where {{ not_yet_in_this('period_end') }}

        ),

        members as (

            select
                *,
                window_end - unnest(range(7))::integer as period_end
            from ends

        )

        select
            members.window_end as period_end,
            {{ keys }},
            {%- for name, of in theme.flows.items() %}
            sum(days.{{ name }})::{{ of.type }} as {{ name }},
            {%- endfor %}
            {%- for name in theme.stocks %}
            max(days.{{ name }}) filter (days.period_end = members.window_end) as {{ name }},
            {%- endfor %}
            {%- for name, stock in theme.summed_stocks.items() %}
            sum(days.{{ stock }})::{{ theme.stocks[stock].type }} as {{ name }},
            {%- endfor %}
            max(days.batch) as batch
        from {{ days }} as days
        inner join members using ({{ cube_keys() | join(', ') }})
        group by members.window_end, {{ keys }}
        having count(*) = 7
    {%- else -%}
        select * exclude (days)
        from (
            select
                period_end,
                {{ keys }},
                {%- for name, of in theme.flows.items() %}
                (sum({{ name }}) over seven_days)::{{ of.type }} as {{ name }},
                {%- endfor %}
                {%- for name in theme.stocks %}
                {{ name }},
                {%- endfor %}
                {%- for name, stock in theme.summed_stocks.items() %}
                (sum({{ stock }}) over seven_days)::{{ theme.stocks[stock].type }} as {{ name }},
                {%- endfor %}
                max(batch) over seven_days as batch,
                count(*) over seven_days as days
            from {{ days }} as days
            window seven_days as (
                partition by {{ keys }} order by period_end rows between 6 preceding and current row
            )
        ) as windows
        where days = 7
    {%- endif -%}
{%- endmacro %}


{#
  The model `int_<theme>__cube`: every cell in the periods of the theme, with the population of the cell and the status
  of the figure. Periods that the calendar does not hold whole are left out. It reads relations and not CTEs: a CTE that
  is read twice is computed whole, also for who asks for one day.
#}
{% macro cube_of(theme) -%}
    {%- do config(meta={'texts': texts_of(theme.figures, theme.summed_stocks), 'kinds': kinds_of(theme)}) -%}
    {%- set calendar = ref(model_of(theme, 'calendar')) -%}
    with periods as (

        {%- for period in theme.periods %}
        {%- if period == 'day' or is_weekly(theme) %}
        select
            '{{ period }}' as period,
            period_end{{ ' - 6' if is_weekly(theme) }} as period_start,
            {% for name, stock in theme.summed_stocks.items() %}{{ stock }} as {{ name }}, {% endfor %}
            *
        from {{ ref(model_of(theme, 'cube_days')) }}
        {%- else %}
        select
            '{{ period }}' as period,
            period_end - 6 as period_start,
            *
        from {{ ref(model_of(theme, 'cube_windows')) }}
        {{ 'where isodow(period_end) = 7' if period == 'week' }}
        {%- endif %}
        {{ 'union all by name' if not loop.last }}
        {%- endfor %}

    )

    select
        periods.geo_level,
        periods.geo_code,
        periods.period,
        periods.period_start,
        periods.period_end,
        periods.sex,
        periods.age_scheme,
        periods.age_class,
        {{ list_measures((theme.figures | list) + (theme.summed_stocks | list), 'periods') }},
        {%- if has_population(theme) %}
        population.population,
        population.population_vintage,
        {%- else %}
        null::double as population,
        null::varchar as population_vintage,
        {%- endif %}
        {{ status_by_age(theme, 'periods.period_end', 'calendar.received_until') }} as status
    from periods
    inner join {{ calendar }} as calendar
        on periods.period_start >= calendar.first_day and periods.period_end <= calendar.last_day
    {%- if has_population(theme) %}
    left join {{ ref('int_referential__population') }} as population
        on
            periods.geo_level = population.geo_level
            and periods.geo_code = population.geo_code
            and periods.sex = population.sex
            and periods.age_scheme = population.age_scheme
            and periods.age_class = population.age_class
            and periods.period_end >= population.valid_from
            and periods.period_end < population.valid_to
    {%- endif %}
{%- endmacro %}
