-- What each visit brings to the figures, and where it counts.
with int_emergency__facts as (

    select
        sign,
        reason,
        entered_on as day,
        dep as place,
        sex,
        age_band,
        finess as hospital,
        is_coded,
        is_covid,
        outcome
    from {{ ref('int_emergency__records') }}

)

select * from int_emergency__facts
