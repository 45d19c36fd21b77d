-- Pseudonyms are made otherwise: fewer persons than before are known from earlier days, or more agree with another
-- person of the day before in what does not change (sex, age, commune). See `scored_shares`.
with counted as (

    select * from {{ ref('int_signals__received') }}
    where measure in ('linked', 'alike')

),

scored as (

    {{ scored_shares('persons', 'counted') }}

),

signal_persons as (

    {{ told_signals('scored', share_conditions() + [
        "measure = 'alike' and observed > expected or measure = 'linked' and observed < expected"
    ]) }}

)

select * from signal_persons
