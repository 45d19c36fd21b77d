-- What is told of the places below the département, where all that is beside it may be: see
-- `int_testing__local_publishable`.
with int_testing__local_told as (

    select * from {{ ref('int_testing__iris_told') }}
    union all
    select * from {{ ref('int_testing__communes_told') }}
    union all
    select * from {{ ref('int_testing__epci_told') }}

)

select * from int_testing__local_told
