{{ config(materialized='table') }}

-- For every commune and week, whether its classes and those of its IRIS may be told beside those of its EPCI, and between
-- what counts it then stands. A sum between bounds leaves each of its terms as many counts as it has room above the sum of
-- their low ends and below that of their high ends: where either is too small, the finer classes are not told.
with bounds as (

    select * from {{ ref('int_testing__local_bounds') }}

),

divided as (

    select
        places.com,
        bounds.period_end,
        bounds.age_class,
        {% for count in local_counts() %}
            sum(bounds.{{ count }}_low) as {{ count }}_low,
            sum(bounds.{{ count }}_high) as {{ count }}_high{{ ',' if not loop.last }}
        {% endfor %}
    from bounds
    inner join {{ ref('int_referential__places') }} as places on bounds.geo_code = places.iris
    where bounds.geo_level = 'IRIS'
    group by places.com, bounds.period_end, bounds.age_class
    having count(*) > 1

),

-- What is published of a département that is one commune is published of the commune.
communes as (

    select
        nesting.*,
        bounds.* exclude (geo_level, geo_code) replace (
            {% for count in local_counts() %}
                case when nesting.is_departement then bounds.{{ count }} else bounds.{{ count }}_low end as {{ count }}_low,
                case when nesting.is_departement then bounds.{{ count }} else bounds.{{ count }}_high end as {{ count }}_high
                {{- ',' if not loop.last }}
            {% endfor %}
        )
    from bounds
    inner join {{ ref('int_referential__nesting') }} as nesting on bounds.geo_code = nesting.com
    where bounds.geo_level = 'COM'

),

with_iris as (

    select
        communes.* exclude (cases_low, cases_high, tested_low, tested_high),
        bool_and(
            divided.com is null
            or {{ leave_each_other_enough('communes.%s_low', 'communes.%s_high', 'divided.%s_low', 'divided.%s_high') }}
        ) over (partition by communes.com, communes.period_end) as is_divided,
        {% for count in local_counts() %}
            greatest(communes.{{ count }}_low, case when is_divided then divided.{{ count }}_low end) as {{ count }}_low,
            least(communes.{{ count }}_high, case when is_divided then divided.{{ count }}_high end) as {{ count }}_high
            {{- ',' if not loop.last }}
        {% endfor %}
    from communes
    left join divided using (com, period_end, age_class)

),

of_epci as (

    select
        communes.epci,
        communes.period_end,
        communes.age_class,
        {{ leave_each_other_enough(
            'any_value(bounds.%s_low)', 'any_value(bounds.%s_high)', 'sum(communes.%s_low)', 'sum(communes.%s_high)'
        ) }} as holds
    from with_iris as communes
    inner join bounds
        on
            bounds.geo_level = 'EPCI'
            and communes.epci = bounds.geo_code
            and communes.period_end = bounds.period_end
            and communes.age_class = bounds.age_class
    group by communes.epci, communes.period_end, communes.age_class

),

int_testing__told_communes as (

    select
        communes.* exclude (cases_low, tested_low),
        bool_and(coalesce(of_epci.holds, true)) filter (communes.age_class = 'all') over of_commune as is_told,
        bool_and(coalesce(of_epci.holds, true)) over of_commune as is_told_older,
        {% for count in local_counts() %}
            case
                when case communes.age_class when 'all' then is_told else is_told_older end
                    then communes.{{ count }}_low
                else 0
            end as {{ count }}_low{{ ',' if not loop.last }}
        {% endfor %}
    from with_iris as communes
    left join of_epci using (epci, period_end, age_class)
    window of_commune as (partition by communes.com, communes.period_end)

)

select * from int_testing__told_communes
