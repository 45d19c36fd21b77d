-- One row per person-day that counts: the records that alone would give the truth back.
-- From `wanted` (ranks of cases or negatives of each cell, the day they are known if it is imposed).
create or replace table core as
with ranked as (
    select
        * exclude (rank_from, rank_to),
        unnest(range(rank_from, rank_to)) as k
    from wanted
),

keyed as (
    select
        *,
        record_key(cell, is_case, k, generation) as h,
        k < stable as is_stable
    from ranked
),

-- A negative may be given the person of a case of a later day: tested negative, then positive.
drawn as (
    select
        *,
        case
            when not is_stable then null
            when is_case then day
            when occurs(h, 'negative_before_case', getvariable('negative_before_case'))
                then day + 1 + pick(h, 'negative_before_case_day', 20)
        end as case_day,
        -- Or the person of a negative of an earlier day with the same rank.
        case
            when occurs(h, 'repeat_negative', getvariable('repeat_negative'))
                then day - 1 - pick(h, 'repeat_negative_day', 45)
            else day
        end as negative_day
    from keyed
),

with_person as (
    select
        drawn.*,
        case
            when not drawn.is_stable
                then seeded(record_key(drawn.cell, drawn.is_case, drawn.k, drawn.generation), 'loose')
            when drawn.is_case
                then coalesce(reinfections.person, case_person(drawn.series, drawn.day, drawn.k))
            when later.stable_p > drawn.k and reinfections.person is null
                then case_person(drawn.series, drawn.case_day, drawn.k)
            else negative_person(drawn.series, drawn.negative_day, drawn.k)
        end as person,
        drawn.is_case and reinfections.person is not null as is_reinfection,
        not drawn.is_case and later.stable_p > drawn.k and reinfections.person is null as is_before_case
    from drawn
    left join reinfections
        on
            drawn.series = reinfections.series
            and drawn.case_day = reinfections.day
            and drawn.k = reinfections.k
    left join keyed_cells as later
        on
            drawn.series = later.series
            and drawn.case_day = later.day
            and not drawn.is_case
),

-- What belongs to the person (home, age, sex) is drawn from the person, what belongs to the visit from the
-- record: several records of one person agree.
described as (
    select
        *,
        case
            when age = 'unknown' then null
            when age = 'any'
                then
                    case
                        when occurs(h, 'unknown_age', getvariable('unknown_age')) then null
                        else floor(100 * power(uniform(person, 'age'), 1.25))::smallint
                    end
            when age = '90' then (90 + floor(12 * power(uniform(person, 'age'), 2)))::smallint
            else (age_from + floor(age_width * uniform(person, 'age')))::smallint
        end as years,
        case
            when sex = 'F' then 'F'
            when sex = 'M' then 'H'
            when sex = 'unknown' then null
            when occurs(h, 'unknown_sex', getvariable('unknown_sex')) then null
            when uniform(person, 'sex') < 0.53 then 'F'
            else 'H'
        end as sexe,
        case
            when geo_code = 'unknown' then null
            when geo_level = 'FRA' and occurs(h, 'unknown_place', getvariable('unknown_place')) then null
            else (slot_from + floor((slot_to - slot_from) * uniform(person, 'home')))::integer
        end as slot,
        case when occurs(h, 'antigenic', getvariable('antigenic')) then 'ANTIGENIQUE' else 'RT-PCR' end as analysis
    from with_person
),

located as (
    select
        described.* exclude (slot),
        slots.dep,
        slots.com,
        slots.iris,
        sampling_place(described.h, slots.dep) as sampled_in
    from described
    left join slots on described.slot = slots.slot
),

timed as (
    select
        *,
        laboratory(h, sampled_in) as lab,
        coalesce(
            wanted_on, day + arrival_delay(uniform(h, 'arrival'), lateness(laboratory(h, sampled_in), is_case))
        ) as arrives_on
    from located
)

select
    timed.h,
    timed.person,
    timed.day,
    timed.is_case,
    timed.is_stable,
    timed.is_reinfection,
    timed.is_before_case,
    timed.negative_day < timed.day as is_repeat,
    timed.result,
    timed.version,
    timed.nature,
    timed.analysis,
    timed.years,
    timed.sexe,
    timed.dep,
    timed.com,
    timed.iris,
    timed.sampled_in,
    timed.lab,
    calendar.received_on
from timed
inner join calendar on timed.arrives_on = calendar.day;
