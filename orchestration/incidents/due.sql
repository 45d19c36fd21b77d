-- The messages that one address (`?`) has not had: one when an incident opens that is more than something to know, one
-- each time that it weighs more, one when it has ended. `register` is the register, `events` the journal.
with told as (
    select
        incident, bool_or(what = 'closed') as was_closed, arg_max(severity, number) as severity
    from events where event = 'told' and address = ? group by incident
)

select
    register.*,
    case
        when told.incident is null then 'opened'
        when register.state = 'closed' then 'closed'
        else 'risen'
    end as what
from register
left join told using (incident)
where (told.incident is null and register.state <> 'closed' and register.severity <> 'low')
    or (register.state = 'closed' and not told.was_closed)
    or (
        register.state <> 'closed'
        and list_position(['low', 'medium', 'high'], register.severity)
        > list_position(['low', 'medium', 'high'], told.severity)
    )
order by register.incident
