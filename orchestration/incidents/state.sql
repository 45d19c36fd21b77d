-- The register: how each incident stands, from the events of the journal (`events`), one row each.
with opened as (
    select incident, "key", kind, feed, rule, number, noted_at as opened_at, "day" as first_seen
    from events where event = 'opened'
),

-- What was last found of it.
facts as (
    select
        incident, arg_max(severity, number) as severity, arg_max(detail, number) as detail,
        arg_max(todo, number) as todo, arg_max(outputs, number) as outputs, arg_max_null(cells, number) as cells
    from events where event in ('opened', 'changed') group by incident
),

-- The days of figures that it touches: those that were declared by hand, else those that were found.
days as (
    select incident, arg_max(since, number) as since, arg_max(until, number) as until, bool_or(event = 'marked') as marked
    from events
    where event = 'marked' or since is not null and event in ('opened', 'changed')
        and incident not in (select incident from events where event = 'marked')
    group by incident
),

acknowledged as (
    select
        incident, arg_max("by", number) as acknowledged_by, max(noted_at) as acknowledged_at,
        arg_max(why, number) as acknowledged_why
    from events where event = 'acknowledged' group by incident
),

closed as (
    select
        incident, max(number) as number, arg_max("by", number) as closed_by, max(noted_at) as closed_at,
        arg_max(why, number) as closed_why
    from events where event = 'closed' group by incident
),

found as (
    select number, "day", "release", unnest(keys) as "key" from events where event = 'gathered'
),

seen as (
    select
        opened.incident, max(found.day) as last_seen,
        list_sort(list_distinct(list(found.release) filter (found.release is not null))) as releases
    from opened
    left join closed using (incident)
    inner join found
        on found.key = opened.key and found.number > opened.number
        and (closed.number is null or found.number < closed.number)
    group by opened.incident
)

select
    opened.incident, opened.key, opened.kind,
    case when closed.number is not null then 'closed'
        when acknowledged_at is not null then 'acknowledged' else 'open' end as state,
    facts.severity, opened.feed, opened.rule, opened.first_seen,
    coalesce(seen.last_seen, opened.first_seen) as last_seen, opened.opened_at,
    days.since, days.until, coalesce(days.marked, false) as is_marked,
    coalesce(facts.outputs, []) as outputs, facts.cells, coalesce(seen.releases, []) as releases,
    facts.detail, facts.todo, acknowledged_by, acknowledged_at, acknowledged_why, closed_by, closed_at, closed_why
from opened
inner join facts using (incident)
left join days using (incident)
left join acknowledged using (incident)
left join closed using (incident)
left join seen using (incident)
order by opened.incident
