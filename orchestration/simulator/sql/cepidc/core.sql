-- The certificates that alone give the counts. B34.2 and B97.2 are Covid-19 since March 2020 alone.
create or replace table core as
with placed as (
    select
        *,
        case
            when occurs(h, 'unknown_kind', getvariable('unknown_kind')) then null
            when uniform(h, 'kind') < 0.6 then 'HOPITAL'
            when uniform(h, 'kind') < 0.7 then 'CLINIQUE'
            when uniform(h, 'kind') < 0.85 then 'EHPAD'
            when uniform(h, 'kind') < 0.97 then 'DOMICILE'
            when uniform(h, 'kind') < 0.98 then 'VOIE_PUBLIQUE'
            else 'AUTRE'
        end as kind_of_place
    from drawn
)

select
    placed.h,
    placed.day,
    true as is_stable,
    1 as version,
    'new' as nature,
    placed.dep,
    placed.kind_of_place,
    case
        when not occurs(placed.h, 'private', getvariable('private')) then establishment_of(placed.h, placed.dep)
    end as establishment,
    case
        when occurs(placed.h, 'unknown_sex', getvariable('unknown_sex')) then null
        when uniform(placed.h, 'sex') < 0.5 then 'F'
        else 'H'
    end as sexe,
    case
        when occurs(placed.h, 'unknown_age', getvariable('unknown_age')) then null
        when uniform(placed.h, 'old') < 0.82 then 65 + floor(38 * power(uniform(placed.h, 'age'), 0.8))::integer
        else floor(65 * power(uniform(placed.h, 'age'), 0.3))::integer
    end as years,
    case
        when placed.is_coded
            then causes_of(placed.h, placed.is_covid, placed.is_comorbid)
    end as causes,
    placed.is_coded
    and placed.is_covid
    and (placed.day >= date '2020-03-02' or covid_cause(placed.h) not in ('B34.2', 'B972')) as mentions_covid,
    placed.is_coded and placed.is_comorbid as mentions_comorbidity,
    calendar.received_on
from placed
inner join calendar
    on calendar.day = placed.day + arrival_delay(uniform(placed.h, 'arrival'), getvariable('late'));
