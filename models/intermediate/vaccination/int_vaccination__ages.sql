-- The class of each age in completed years, in the classes of VAC-SI and in those under and over 12.
with int_vaccination__ages as (

    select
        age_years.age,
        vacsi.age_class as vacsi,
        vacsi12.age_class as vacsi12
    from {{ ref('age_years') }} as age_years
    inner join {{ ref('age_classes') }} as vacsi
        on age_years.age between vacsi.lower_age and vacsi.upper_age and vacsi.age_scheme = 'vacsi'
    inner join {{ ref('age_classes') }} as vacsi12
        on age_years.age between vacsi12.lower_age and vacsi12.upper_age and vacsi12.age_scheme = 'vacsi12'

)

select * from int_vaccination__ages
