-- The class of each age in completed years, in the classes of VAC-SI and in those under and over 12.
with int_vaccination__ages as (

    select
        age_years.age,
        vacsi.age_class as vacsi,
        vacsi12.age_class as vacsi12
    from {{ ref('age_years') }} as age_years
    {%- for scheme in ['vacsi', 'vacsi12'] %}
    inner join {{ ref('age_classes') }} as {{ scheme }}
        on
            {{ scheme }}.age_scheme = '{{ scheme }}'
            and age_years.age between {{ scheme }}.lower_age and {{ scheme }}.upper_age
    {%- endfor %}

)

select * from int_vaccination__ages
