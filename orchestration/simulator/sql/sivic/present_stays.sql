-- Stays of the asked days and of those present before: passages put end to end. Days are those of declaration; before
-- the first day they are drawn.
create or replace table present_stays as
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
