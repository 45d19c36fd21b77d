-- Those counted as returned home or dead who are removed: the earliest of the pile.
create or replace table removed_ends as
with every_stay as (
    select * from past_stays
    union all by name
    select * from present_stays
),

ended as (
    select
        h,
        dep,
        sex,
        coalesce(outcome, exit) as ended_by,
        row_number() over (
            partition by dep, sex, ended_by
            order by greatest(coalesce(outcome_on, exited_on), getvariable('first_day') - 1), h
        ) as rank
    from every_stay
    where coalesce(outcome, exit) in ('RETOUR_DOMICILE', 'DECES')
),

numbers as (
    select
        dep,
        sex,
        day,
        unnest([
            {'ended_by': 'RETOUR_DOMICILE', 'persons': greatest(-rad_beside, 0)},
            {'ended_by': 'DECES', 'persons': greatest(-dc_beside, 0)}
        ], recursive := true)
    from allotted
),

removals as (
    select
        *,
        row_number() over (partition by dep, sex, ended_by order by day, i) as rank
    from (
        select
            * exclude (persons),
            unnest(range(persons)) as i
        from numbers
    )
)

select
    ended.h,
    removals.day
from removals
inner join ended
    on
        removals.dep = ended.dep
        and removals.sex = ended.sex
        and removals.ended_by = ended.ended_by
        and removals.rank = ended.rank;

create or replace table plain_stays as
select every_stay.* replace (coalesce(every_stay.removed_on, removed_ends.day) as removed_on)
from (
    select * from past_stays
    union all by name
    select * from present_stays
) as every_stay
left join removed_ends on every_stay.h = removed_ends.h;
