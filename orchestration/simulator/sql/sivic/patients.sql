-- Who the patients of `plain_stays` are and in which hospital. A patient transferred out is, where there is one, a
-- patient of the same sex transferred in on the same day; no chain has to be followed, since givers were admitted.
create or replace table stays as
with givers as (
    select
        h,
        dep,
        sex,
        exited_on as day,
        row_number() over (partition by sex, exited_on order by seeded(h, 'giver')) as rank
    from plain_stays
    where exit = 'TRANSFERT_SORTANT' and outcome is null and entry = 'ADMISSION'
),

takers as (
    select
        h,
        sex,
        entered_on as day,
        row_number() over (partition by sex, entered_on order by seeded(h, 'taker')) as rank
    from plain_stays
    where entry = 'TRANSFERT_ENTRANT'
),

transfers as (
    select
        takers.h,
        givers.h as giver,
        givers.dep as home_dep
    from takers
    inner join givers on takers.sex = givers.sex and takers.day = givers.day and takers.rank = givers.rank
),

described as (
    select
        plain_stays.*,
        seeded(coalesce(transfers.giver, plain_stays.h), 'person') as person,
        coalesce(transfers.home_dep, plain_stays.dep) as home_dep,
        hospital_number(plain_stays.h, hospitals.hospitals) as number,
        hospitals.hospitals
    from plain_stays
    left join transfers on plain_stays.h = transfers.h
    inner join hospitals on plain_stays.dep = hospitals.dep and hospitals.number = 1
)

select
    described.* exclude (number, hospitals),
    hospital_age(described.person) as years,
    -- What a hospital declares at once is what the others cannot have declared: the counts of each day are given.
    case
        when described.entered_on = catch_ups.day and occurs(described.h, 'caught_up', 0.7) then catch_ups.finess
        when
            finess_of(described.dep, described.number) = catch_ups.finess
            and described.entered_on between catch_ups.day - catch_ups.days and catch_ups.day - 1
            then finess_of(described.dep, 1 + described.number % described.hospitals)
        else finess_of(described.dep, described.number)
    end as finess
from described
left join catch_ups on described.dep = catch_ups.dep;
