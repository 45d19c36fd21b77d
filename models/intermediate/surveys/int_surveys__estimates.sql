-- The weighted mean of the answers to each question of each wave, and its standard error: France, by sex or by age, and
-- the régions. Every cell of a wave is there, also one without an answer.
{{ config(materialized='table') }}

with cells as (

    select
        day as period_end,
        coalesce(regions.reg, 'unknown') as reg,
        cells.* exclude (day)
    from {{ ref('int_surveys__cells') }} as cells
    left join {{ ref('regions') }} as regions on cells.place = regions.reg
    where cells.cell_level = 'reg' and cells.answers > 0

),

domains as (

    {{ survey_domains() }}

),

sums as (

    select
        cells.period_end,
        domains.domain,
        cells.question,
        cells.sample_stratum,
        {{ sum_measures(surveys().flows) }}
    from cells
    inner join domains on {{ in_survey_domain('cells', 'domains') }}
    group by cells.period_end, domains.domain, cells.question, cells.sample_stratum

),

strata as (

    select
        period_end,
        sample_stratum,
        sum(answers) as n
    from cells
    where question = 'respondents'
    group by period_end, sample_stratum

),

estimates as (

    {{ survey_estimates(
        '(select sums.*, strata.n from sums inner join strata using (period_end, sample_stratum))',
        ['period_end', 'domain', 'question']
    ) }}

),

int_surveys__estimates as (

    select
        domains.* exclude (domain),
        'wave' as period,
        waves.period_start,
        waves.period_end,
        questions.question,
        coalesce(estimates.answers, 0) as answers,
        estimates.mean,
        estimates.standard_error,
        {{ status_by_age('waves.period_end', 'calendar.received_until') }} as status
    from {{ ref('int_surveys__waves') }} as waves
    cross join domains
    cross join (select unnest([{{ quoted(survey_questions()) }}]) as question) as questions
    cross join {{ ref('int_surveys__calendar') }} as calendar
    left join estimates
        on
            waves.period_end = estimates.period_end
            and domains.domain = estimates.domain
            and questions.question = estimates.question

)

select * from int_surveys__estimates
