-- A feed, or a sender, of which nothing came for a day or more: what was expected since it last sent, over how much
-- what it sends in a day usually varies (variance to mean, of those who send by fits and starts far above 1). That is
-- minus the logarithm of the chance of no row at all, were it a Poisson count of such batches.
{%- set settings = var('signals') %}

with silent as (

    select
        *,
        case when not is_quiet then expected end as missed,
        count_if(observed > 0) over (
            partition by feed, sender order by day rows between unbounded preceding and current row
        ) as spell,
        greatest(1, avg((observed - expected) ^ 2 / greatest(expected, 1)) filter (not is_quiet) over (
            partition by feed, sender order by day
            range between interval {{ settings.usual_days }} day preceding and interval 1 day preceding
        )) as spread
    from {{ ref('int_signals__sender_days') }}

),

scored as (

    select
        feed,
        sender,
        day,
        'silence' as signal,
        'rows' as measure,
        observed,
        sum(missed) filter (observed = 0) over since_it_sent as expected,
        sum(missed / spread) filter (observed = 0) over since_it_sent as score,
        min(day) filter (observed = 0) over since_it_sent as first_silent_day
    from silent
    where spell > 0
    window since_it_sent as (
        partition by feed, sender, spell order by day rows between unbounded preceding and current row
    )

),

signal_silence as (

    {{ told_signals('scored', ['observed = 0'], first_day='first_silent_day') }}

)

select * from signal_silence
