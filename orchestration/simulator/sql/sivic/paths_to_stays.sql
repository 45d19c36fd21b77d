-- Stays of the asked days and of those present before: passages put end to end. Days are those of declaration; before
-- the first day they are drawn.
create or replace table window_stays as
with whole as (
    select
        first.h,
        first.dep,
        first.sex,
        first.pool = 'r' and first.came_by <> 'initial' as is_critical_entry,
        first.came_by,
        first.came_on,
        case
            when first.pool = 'r' and first.came_by = 'initial' then first.came_on
            else critical.came_on
        end as critical_on,
        back.came_on as stepped_on,
        case
            when back.h is not null then back.left_by
            when critical.h is not null then critical.left_by
            else first.left_by
        end as left_by,
        case
            when back.h is not null then back.left_on
            when critical.h is not null then critical.left_on
            else first.left_on
        end as left_on
    from passages as first
    left join passages as critical
        on
            first.pool = 'n'
            and first.left_by = 'critical'
            and critical.pool = 'r'
            and critical.came_by = 'from_n'
            and first.dep = critical.dep
            and first.sex = critical.sex
            and first.left_rank = critical.came_rank
    left join passages as back
        on
            back.pool = 's'
            and coalesce(critical.left_by, first.left_by) = 'step_down'
            and first.dep = back.dep
            and first.sex = back.sex
            and coalesce(critical.left_rank, first.left_rank) = back.came_rank
    where first.came_by in ('initial', 'admission', 'transfer_in')
),

dated as (
    select
        *,
        came_by = 'initial' as is_initial,
        -- Half of those present came in the last week.
        came_on - case when came_by = 'initial' then floor(28 * power(uniform(h, 'since'), 2))::integer else 0 end
            as entered_on
    from whole
)

select
    h,
    dep,
    sex,
    case when came_by = 'transfer_in' then 'TRANSFERT_ENTRANT' else 'ADMISSION' end as entry,
    is_critical_entry,
    entered_on,
    critical_on,
    stepped_on,
    case left_by
        when 'home' then 'RETOUR_DOMICILE'
        when 'death' then 'DECES'
        when 'out' then case when occurs(h, 'removed or transferred', 0.6) then 'TRANSFERT_SORTANT' end
    end as exit,
    case when exit is not null then left_on end as exited_on,
    null::varchar as outcome,
    null::date as outcome_on,
    case when left_by = 'out' and exit is null then left_on end as removed_on
from dated;

-- Stays that were over before the first day, of which the cumulative stocks tell, and those transferred out of which
-- the outcome becomes known in the asked days.
create or replace table past_stays as
with numbers as (
    select
        dep,
        sex,
        null::date as day,
        unnest([
            {'exit': 'RETOUR_DOMICILE', 'outcome': null, 'persons': rad},
            {'exit': 'DECES', 'outcome': null, 'persons': dc}
        ], recursive := true)
    from stock_cells
    where day = getvariable('first_day') - 1
    union all
    select
        dep,
        sex,
        day,
        unnest([
            {'exit': 'TRANSFERT_SORTANT', 'outcome': 'RETOUR_DOMICILE', 'persons': greatest(rad_beside, 0)},
            {'exit': 'TRANSFERT_SORTANT', 'outcome': 'DECES', 'persons': greatest(dc_beside, 0)}
        ], recursive := true)
    from allotted
),

persons as (
    select
        *,
        hash(hash(getvariable('seed')::bigint, dep, sex, exit, outcome, day_number(coalesce(day, date '2020-01-01')), i)) as h
    from (
        select
            * exclude (persons),
            unnest(range(persons)) as i
        from numbers
    )
),

dated as (
    select
        *,
        getvariable('first_day') - 1
        - case
            when outcome is null
                then floor(uniform(h, 'exited') * greatest(getvariable('first_day') - date '2020-03-18', 1))::integer
            else pick(h, 'transferred', 10)
        end as exited_on
    from persons
)

select
    h,
    dep,
    sex,
    'ADMISSION' as entry,
    false as is_critical_entry,
    (exited_on - 1 - pick(h, 'nights', 14))::date as entered_on,
    null::date as critical_on,
    null::date as stepped_on,
    exit,
    exited_on::date as exited_on,
    outcome,
    day as outcome_on,
    null::date as removed_on
from dated;

-- Those counted as returned home or dead who are removed: the earliest of the pile.
create or replace table removed_ends as
with every_stay as (
    select * from past_stays
    union all by name
    select * from window_stays
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
    select * from window_stays
) as every_stay
left join removed_ends on every_stay.h = removed_ends.h;
