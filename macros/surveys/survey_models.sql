{#
  The model `int_<theme>__facts` of a survey: what each record brings to the sums, a row for each question that it answers,
  where it bears a weight. One without a weight stands for nobody and is of no stratum. `questions` is {question: SQL of the
  answer of a record, a whole number; none where it was not given}.
#}
{% macro answers_of(theme, questions) -%}
    with records as (

        select * from {{ ref(model_of(theme, 'records')) }}
        where weight > 0

    ),

    answers as (

        select
            records.*,
            unnest([{{ quoted(questions) }}]) as question,
            unnest([{{ questions.values() | join(', ') }}]) as answer
        from records

    )

    select
        answers.sign,
        answers.reason,
        answers.wave_until as day,
        answers.reg as place,
        answers.sex,
        coalesce(ages.age_class, 'unknown') as age_band,
        answers.sample_stratum,
        answers.wave::varchar as wave,
        answers.wave_from::varchar as wave_from,
        answers.weight,
        answers.question,
        answers.answer
    from answers
    left join {{ ref('age_classes') }} as ages
        on answers.age between ages.lower_age and ages.upper_age and ages.age_scheme = '{{ theme.age_schemes[0] }}'
    where answers.answer is not null
{%- endmacro %}


{#
  The model `int_<theme>__waves`: the waves of a survey by their last day: number and first day as most of the records have
  them, where there are enough for an estimate. A record that bears wrong days makes no wave.
#}
{% macro waves_of(theme) -%}
    {%- do config(materialized='table') -%}
    with told as (

        select
            day,
            wave,
            wave_from,
            answers,
            sum(answers) over (partition by day) as respondents,
            row_number() over (partition by day order by answers desc, wave asc, wave_from asc) as place
        from {{ ref(model_of(theme, 'cells')) }}
        where cell_level = 'wave' and answers > 0

    )

    select
        day as period_end,
        wave_from::date as period_start,
        wave::integer as wave,
        respondents::integer as respondents
    from told
    where place = 1 and respondents >= {{ var('minimum_answers') }}
{%- endmacro %}


{#
  The model `int_<theme>__estimates`: the weighted mean of the answers to each question of each wave, and its standard error:
  France, by sex or by age, and the régions. Every cell of a wave is there, also one without an answer.
#}
{% macro estimates_of(theme, questions) -%}
    {%- do config(materialized='table') -%}
    with cells as (

        select
            day as period_end,
            coalesce(regions.reg, 'unknown') as reg,
            cells.* exclude (day)
        from {{ ref(model_of(theme, 'cells')) }} as cells
        left join {{ ref('regions') }} as regions on cells.place = regions.reg
        where cells.cell_level = 'reg' and cells.answers > 0

    ),

    domains as (

        {{ survey_domains(theme.age_schemes[0]) }}

    ),

    sums as (

        select
            cells.period_end,
            domains.domain,
            cells.question,
            cells.sample_stratum,
            {{ sum_measures(theme.flows) }}
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

    )

    select
        domains.* exclude (domain),
        'wave' as period,
        waves.period_start,
        waves.period_end,
        questions.question,
        coalesce(estimates.answers, 0) as answers,
        estimates.mean,
        estimates.standard_error,
        {{ status_by_age(theme, 'waves.period_end', 'calendar.received_until') }} as status
    from {{ ref(model_of(theme, 'waves')) }} as waves
    cross join domains
    cross join (select unnest([{{ quoted(questions) }}]) as question) as questions
    cross join {{ ref(model_of(theme, 'calendar')) }} as calendar
    left join estimates
        on
            waves.period_end = estimates.period_end
            and domains.domain = estimates.domain
            and questions.question = estimates.question
{%- endmacro %}
