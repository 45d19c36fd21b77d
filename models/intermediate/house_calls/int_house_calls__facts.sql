-- What each act brings to the figures, and where it counts.
with int_house_calls__facts as (

    select
        sign,
        reason,
        acted_on as day,
        dep as place,
        sex,
        age_band,
        is_coded,
        is_covid
    from {{ ref('int_house_calls__records') }}

)

select * from int_house_calls__facts
