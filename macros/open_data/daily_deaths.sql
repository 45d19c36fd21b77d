{#
  Deaths of Insee's file of a year, as it was published daily in spring and summer: from 1 March to 31 July, what there
  was since 1 March, in all communes and in those that transmit electronically, beside the two years before. France is the
  sum of the départements of the file, which are all but three overseas. NA stands for a day that is not known. Of a year of
  which 1 March is not known no day is, and a day of which no year is known is left out.
#}
{% macro daily_deaths(year) -%}
    {%- set months = {3: 'mars', 4: 'avr.', 5: 'mai', 6: 'juin', 7: 'juil.'} -%}
    {%- set years = [year, year - 1, year - 2] -%}
    with days as (

        select
            cube.period_end as day,
            year(cube.period_end) as year,
            cube.geo_code as dep,
            cube.deaths,
            cube.deaths_electronic
        from {{ ref('int_mortality__cube') }} as cube
        inner join {{ ref('int_mortality__calendar') }} as calendar
            on calendar.first_day <= make_date(year(cube.period_end), 3, 1)
        where
            cube.geo_level = 'DEP' and cube.geo_code not in ('975', '977', '978', 'unknown')
            and cube.period = 'day' and cube.sex = 'all' and cube.age_scheme = 'all'
            and year(cube.period_end) in ({{ years | join(', ') }}) and month(cube.period_end) between 3 and 7

    ),

    zones as (

        select
            'Dept_' || dep as zone,
            *
        from days
        union all
        select
            'France' as zone,
            *
        from days

    ),

    to_date as (

        select
            zone,
            year,
            day,
            sum(sum(deaths)) over since_march as deaths,
            sum(sum(deaths_electronic)) over since_march as deaths_electronic
        from zones
        group by zone, year, day
        window since_march as (partition by zone, year order by day)

    )

    select
        format('{:02d}-', day(day)) || case month(day)
            {%- for number, name in months.items() %}
            when {{ number }} then '{{ name }}'
            {%- endfor %}
        end as "Date_evenement",
        zone as "Zone",
        {%- for each in years %}
        coalesce((max(deaths_electronic) filter (year = {{ each }}))::varchar, 'NA')
            as "Communes_a_envoi_dematerialise_Deces{{ each }}",
        coalesce((max(deaths) filter (year = {{ each }}))::varchar, 'NA') as "Total_deces_{{ each }}"{{ ',' if not loop.last }}
        {%- endfor %}
    from to_date
    group by zone, month(day), day(day)
{%- endmacro %}
