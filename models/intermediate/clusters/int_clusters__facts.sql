-- What each cluster brings to the figures: its report, and its closing once it is closed. Fewer linked cases than the
-- setting asks for are no cluster, or no longer one.
with records as (

    select * from {{ ref('int_clusters__records') }}
    where cases >= {{ var('minimum_cluster_cases') }}

),

moments as (

    select
        *,
        'report' as what,
        reported_on as day
    from records
    union all
    select
        *,
        'closing' as what,
        closed_on as day
    from records
    where closed_on is not null

),

int_clusters__facts as (

    select
        sign,
        reason,
        day,
        dep as place,
        what,
        place_kind,
        criticality,
        state,
        cases
    from moments

)

select * from int_clusters__facts
