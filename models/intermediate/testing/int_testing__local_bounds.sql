{{ config(materialized='table') }}

-- Between what counts the classes of a place and week leave its cases and its people tested, beside the counts themselves:
-- of all ages, of 65 and over and of the others, each as the classes of the other two narrow it. Classes of 65 and over
-- stand where none of those possible beside the class of all ages would be too near to it.
with positivity as (

    select * from {{ ref('int_testing__local_positivity') }}

),

too_near as (

    select distinct
        older.geo_level,
        older.geo_code,
        older.period_end,
        true as is_too_near
    from positivity as older
    inner join positivity as everybody using (geo_level, geo_code, period_end)
    inner join {{ ref('int_referential__class_ladders') }} as classes
        on older.population >= classes.size_from and older.population < classes.size_to
    cross join lateral (
        select
            {{ first_count('classes.lower', 'older.population') }} as low,
            case classes.rate when 'ti' then everybody.cases_high when 'td' then everybody.tested_high end as high
    ) as counts
    where
        older.age_class = '65'
        and older.is_classed
        and everybody.age_class = 'all'
        and counts.low <= counts.high
        and not {{ enough_counts('counts.low', 'counts.high') }}

),

pairs as (

    select
        everybody.geo_level,
        everybody.geo_code,
        everybody.period_end,
        older.is_classed and too_near.is_too_near is null as with_older,
        {% for count in local_counts() %}
            everybody.{{ count }},
            everybody.{{ count }}_low,
            everybody.{{ count }}_high,
            older.{{ count }} as older_{{ count }},
            case when with_older then older.{{ count }}_low else 0 end as older_{{ count }}_low,
            least(case when with_older then older.{{ count }}_high end, everybody.{{ count }}_high)
                as older_{{ count }}_high
            {{- ',' if not loop.last }}
        {% endfor %}
    from positivity as everybody
    inner join positivity as older using (geo_level, geo_code, period_end)
    left join too_near using (geo_level, geo_code, period_end)
    where everybody.age_class = 'all' and older.age_class = '65'

),

int_testing__local_bounds as (

    {% for age, counted, low, high in [
        ('all', '%s', 'greatest(%s_low, older_%s_low)', '%s_high'),
        ('65', 'older_%s', 'older_%s_low', 'older_%s_high'),
        ('64', '%s - older_%s', 'greatest(%s_low - older_%s_high, 0)', '%s_high - older_%s_low')
    ] %}
        {{ 'union all' if not loop.first }}
        select
            geo_level,
            geo_code,
            period_end,
            '{{ age }}' as age_class,
            with_older,
            {% for count in local_counts() %}
                {{ counted | replace('%s', count) }} as {{ count }},
                {{ low | replace('%s', count) }} as {{ count }}_low,
                {{ high | replace('%s', count) }} as {{ count }}_high{{ ',' if not loop.last }}
            {% endfor %}
        from pairs
    {% endfor %}

)

select * from int_testing__local_bounds
