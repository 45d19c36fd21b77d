-- What each answer sheet brings to the sums: a row for each question that it answers, where it bears a weight. One
-- without a weight stands for nobody and is of no stratum.
with records as (

    select * from {{ ref('int_surveys__records') }}
    where weight > 0

),

answers as (

    select
        records.*,
        unnest([{{ quoted(survey_questions()) }}]) as question,
        unnest([{{ survey_questions().values() | join(', ') }}]) as answer
    from records

),

int_surveys__facts as (

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
        on answers.age between ages.lower_age and ages.upper_age and ages.age_scheme = 'coviprev'
    where answers.answer is not null

)

select * from int_surveys__facts
