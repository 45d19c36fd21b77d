-- The classes of age of deaths: the finest ones, and which of them are of 65 and over.
with int_mortality__ages as (

    select
        classes.age_class as mortality,
        older.age_class as age65
    from {{ ref('age_classes') }} as classes
    inner join {{ ref('age_classes') }} as older
        on
            older.age_scheme = '65plus'
            and classes.lower_age between older.lower_age and older.upper_age
    where classes.age_scheme = 'mortality'

)

select * from int_mortality__ages
