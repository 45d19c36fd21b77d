-- Each cluster as it stands at last. What is known of it once it was followed (cases, state, closing) comes as a later
-- version; where it is opened again, as the one after that.
create or replace table core as
with followed as (
    select
        described.* exclude (slot),
        slots.dep,
        departements.reg,
        calendar.received_on as first_received_on,
        described.day + described.days as closed_on,
        described.day + described.days
        + case
            when occurs(h, 'late_closing', getvariable('late_closing')) then 7 + pick(h, 'closing_told', 14)
            else pick(h, 'closing_told', 3)
        end as closing_told_on
    from described
    inner join slots on described.slot = slots.slot
    inner join departements on slots.dep = departements.dep
    inner join calendar on calendar.day = described.day + arrival_delay(uniform(h, 'arrival'), getvariable('late'))
),

standing as (
    select
        *,
        closing_told_on > first_received_on and closing_told_on <= getvariable('last_receipt') as is_closing_told,
        is_reopened and closing_told_on > first_received_on and closing_told_on + 3 <= getvariable('last_receipt')
            as is_reopening_told
    from followed
)

select
    h,
    day,
    true as is_stable,
    case when is_reopening_told then 3 when is_closing_told then 2 else 1 end as version,
    case when is_closing_told then 'correction' else 'new' end as nature,
    'ARS' || reg as agency,
    dep,
    kind_on(kind, day) as place_kind,
    criticality,
    case
        when is_closing_told and not is_reopening_told then 'CLOTURE'
        when uniform(h, 'state') < 0.1 then 'DIFFUSION'
        when uniform(h, 'state') < 0.5 then 'MAITRISE'
        else 'INVESTIGATION'
    end as state,
    cases,
    case when is_closing_told and not is_reopening_told then closed_on end as closed_on,
    closed_on as closes_on,
    first_received_on,
    closing_told_on,
    case when is_reopening_told then closing_told_on + 3 when is_closing_told then closing_told_on else first_received_on end
        as received_on
from standing;
