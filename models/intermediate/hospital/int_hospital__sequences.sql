-- The events of each stay in the order in which they happened, and whether they make a possible sequence: it begins
-- with an entry (admission or transfer in), and nothing follows a death. What does not fit is set aside with a
-- reason, and the stay is counted without it. A removal is no step of the stay: it says from which day on the patient
-- is known to be negative.
with events as not materialized (

    select * from {{ ref('int_hospital__records') }}

),

removals as (

    select
        sign,
        stay_key,
        min(declared_on) as removed_on
    from events
    where event = 'removal'
    group by sign, stay_key

),

ordered as (

    -- At one moment an entry comes first, and a death last: it prevails over a return home or a transfer. Else the
    -- order is that of declaration, then of receipt: never that of keys, which are others under another secret.
    select
        events.*,
        removals.removed_on,
        row_number() over (
            partition by events.sign, events.stay_key
            order by
                events.occurred_at,
                case events.event
                    when 'admission' then 1 when 'transfer_in' then 2 when 'unit_change' then 3
                    when 'transfer_out' then 4 when 'discharge' then 5 else 6
                end,
                events.declared_at, events.arrival, events.received_on, events.delivery, events.line
        ) as step
    from events
    left join removals on events.sign = removals.sign and events.stay_key = removals.stay_key
    where events.event <> 'removal'

),

bounded as (

    select
        *,
        min(step) filter (event in ('admission', 'transfer_in')) over (partition by sign, stay_key)
            as entry_step
    from ordered

),

ended as (

    select
        *,
        min(step) filter (event = 'death' and step > entry_step) over (partition by sign, stay_key)
            as death_step
    from bounded

),

int_hospital__sequences as (

    select
        * exclude (death_step),
        case
            when entry_step is null then 'no_admission'
            when step < entry_step then 'before_admission'
            when step > death_step then 'after_death'
            else 'in_use'
        end as verdict
    from ended

)

select * from int_hospital__sequences
