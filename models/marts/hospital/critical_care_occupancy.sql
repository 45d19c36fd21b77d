{% set indicator = {
    'title': {'fr': "Taux d'occupation des lits de soins critiques", 'en': "Critical-care occupancy"},
    'unit': {'fr': "% des lits initiaux", 'en': "% of initial beds"},
    'formula': {'fr': "100 × personnes en soins critiques / lits de soins critiques avant l'épidémie", 'en': "100 × people in critical care / critical-care beds before the epidemic"},
    'source': 'sivic',
    'breakdowns': plain_breakdowns(['day', 'week']),
    'open_data': plain_file('critical-care-occupancy', ['day', 'week']),
    'fresh_by': '19:00',
    'lag_days': 0,
    'definition': '2020-05-28',
    'figures': ['numerator', 'denominator', 'value'],
    'changes': [],
} %}
{{ declare_indicator(indicator) }}

-- Not computed whole for who asks for some days.
with cube as not materialized (

    select * from {{ ref('int_hospital__cube') }}
    where {{ in_breakdowns(indicator) }}

),

beds as (

    select 'REG' as geo_level, reg as geo_code, reg as counted_in, beds from {{ ref('critical_care_beds') }}
    union all
    select 'FRA' as geo_level, 'FR' as geo_code, 'FR' as counted_in, sum(beds) as beds
    from {{ ref('critical_care_beds') }}
    union all
    select 'DEP' as geo_level, departements.dep as geo_code, departements.reg as counted_in, critical_care_beds.beds
    from {{ ref('departements') }} as departements
    inner join {{ ref('critical_care_beds') }} as critical_care_beds using (reg)

),

fractions as (

    -- Patients are moved within a region: a département bears the figure of its region.
    select
        cube.* exclude (critical),
        coalesce(regional.critical, cube.critical)::double as numerator,
        beds.beds::double as denominator
    from cube
    left join beds on cube.geo_level = beds.geo_level and cube.geo_code = beds.geo_code
    left join cube as regional
        on
            cube.geo_level = 'DEP' and regional.geo_level = 'REG' and beds.counted_in = regional.geo_code
            and cube.period = regional.period and cube.period_end = regional.period_end

),

critical_care_occupancy as (

    select
        {{ indicator_keys('critical_care_occupancy') }},
        numerator,
        denominator,
        {{ percentage('numerator', 'denominator') }} as value,
        null::double as ci_low,
        null::double as ci_high,
        {{ indicator_status(indicator) }}
    from fractions

)

select * from critical_care_occupancy
