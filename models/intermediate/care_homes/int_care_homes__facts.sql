-- What each report brings: the difference with the one before it in the episode. An episode counts by its first report,
-- and by its first signs, or that report where they are not known. It is in the attack rate once it is closed, by the
-- largest number of residents said; not when there are more cases than that.
with reports as (

    select
        *,
        row_number() over in_order = 1 as is_first,
        (phase <> 'closing')::integer - coalesce(lag((phase <> 'closing')::integer) over in_order, 0) as opened,
        phase = 'closing' and lead(report_key) over in_order is null and residents_confirmed <= residents_present
            as is_in_attack_rate
    from {{ ref('int_care_homes__reports') }}
    window in_order as (partition by sign, establishment, episode_key order by reported_at, report_key)

),

told as (

    select
        sign,
        reason,
        'report' as what,
        reported_at::date as day,
        place,
        establishment_kind,
        coalesce(first_signs_on, reported_at::date) as begun_on,
        is_first,
        opened,
        case when is_in_attack_rate then residents_confirmed else 0 end as attack_cases,
        case when is_in_attack_rate then residents_present else 0 end as attack_residents,
        {{ counts_added('in_order') }}
    from reports
    window in_order as (partition by sign, establishment, episode_key order by reported_at, report_key)

),

int_care_homes__facts as (

    select * exclude (begun_on) from told
    union all
    select * exclude (begun_on) replace ('signs' as what, begun_on as day) from told
    where is_first

)

select * from int_care_homes__facts
