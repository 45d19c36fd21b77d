-- The reports that stand, with what their episode had by then. Episodes that an establishment declared under two
-- identifiers, with the same day of first signs, are one. Where it is, of which kind, when the first signs were: as its
-- last report says.
with records as (

    select
        *,
        last_value(signs_on ignore nulls) over (
            partition by sign, establishment, declaration_key
            order by reported_at, report_key
            rows between unbounded preceding and unbounded following
        ) as first_signs_on
    from {{ ref('int_care_homes__records') }}

),

declared as (

    select
        *,
        min(declaration_key) over (
            partition by sign, establishment, coalesce(first_signs_on::varchar, declaration_key::varchar)
        ) as episode_key
    from records

),

int_care_homes__reports as (

    select
        sign,
        reason,
        establishment,
        episode_key,
        report_key,
        reported_at,
        phase,
        first_signs_on,
        last_value(dep) over whole_episode as place,
        last_value(establishment_kind) over whole_episode as establishment_kind,
        max(residents_present) over whole_episode as residents_present,
        {{ counts_by_then('by_then') }}
    from declared
    window
        by_then as (
            partition by sign, establishment, episode_key order by reported_at, report_key
        ),
        whole_episode as (
            partition by sign, establishment, episode_key order by reported_at, report_key
            rows between unbounded preceding and unbounded following
        )

)

select * from int_care_homes__reports
