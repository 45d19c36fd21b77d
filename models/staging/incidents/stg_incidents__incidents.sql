-- Derived by SQL from the events where they are written, orchestration/incidents/state.sql, so that it is known before
-- there is a warehouse.
with stg_incidents__incidents as (
    select
        incident,
        "key",
        kind,
        state,
        severity,
        feed,
        "rule",
        first_seen,
        last_seen,
        opened_at,
        since,
        until,
        is_marked,
        outputs,
        cells,
        releases,
        detail,
        todo,
        acknowledged_by,
        acknowledged_at,
        acknowledged_why,
        closed_by,
        closed_at,
        closed_why
    from {{ source('incidents', 'incidents') }}
)

select * from stg_incidents__incidents
