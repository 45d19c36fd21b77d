-- One row per official indicator: what covers it here, or why nothing does.
with official as (

    select * from {{ ref('official_indicators') }}

),

outputs as (

    select name as covered_by, kind, name as model_name from {{ ref('indicator_catalogue') }}
    where kind = 'indicator'
    union all
    -- A file in an official layout goes by the name under which it is published.
    select files as covered_by, kind, name as model_name from {{ ref('indicator_catalogue') }}
    where kind = 'open_data'

),

indicator_coverage as (

    select
        official.id,
        official.family,
        official.title_fr,
        official.title_en,
        outputs.model_name is not null as is_covered,
        official.covered_by,
        outputs.kind,
        outputs.model_name,
        official.geo,
        official.period,
        official.sex,
        official.age,
        official.strata,
        official.why_not_fr,
        official.why_not_en
    from official
    left join outputs using (covered_by)

)

select * from indicator_coverage
