-- Certificates of each week beside the deaths of the civil registry. Deaths are empty where they are fewer than the
-- certificates: the registry does not know yet those that are certified.
with certificates as (

    select * from {{ ref('int_certificates__cube') }}
    where period = 'week' and sex = 'all' and age_scheme = 'all'

),

int_certificates__coverage as (

    select
        certificates.geo_level,
        certificates.geo_code,
        certificates.period,
        certificates.period_start,
        certificates.period_end,
        certificates.sex,
        certificates.age_scheme,
        certificates.age_class,
        certificates.certificates,
        case when registry.deaths >= certificates.certificates then registry.deaths end as deaths,
        -- `provisional` comes after `final`.
        greatest(certificates.status, registry.status) as status
    from certificates
    inner join {{ ref('int_mortality__cube') }} as registry
        using (geo_level, geo_code, period, period_end, sex, age_scheme, age_class)
    where certificates.geo_code <> 'unknown'

)

select * from int_certificates__coverage
