-- A feed, or a sender, that sends far fewer or more rows than on the same weekdays before. Square roots of counts, of
-- which the variance hardly depends on the mean (Anscombe, Biometrika 35 (1948), 246-254), over their own usual
-- spread, a median of squares so that past incidents do not count (Hampel, JASA 69 (1974), 383-393); not below that of
-- a Poisson count.
{%- set settings = var('signals') %}

with differences as (

    select
        *,
        2 * (sqrt(observed + 0.375) - sqrt(expected + 0.375)) as difference
    from {{ ref('int_signals__sender_days') }}

),

scored as (

    select
        *,
        'volume' as signal,
        'rows' as measure,
        abs(difference) / sqrt(greatest(
            1,
            -- The median of a chi-square of one degree of freedom is 0.455.
            median(case when not is_quiet then difference ^ 2 end) over (
                partition by feed, sender order by day
                range between interval {{ settings.spread_days }} day preceding and interval 1 day preceding
            ) / 0.455
        )) as score
    from differences

),

signal_volume as (

    {{ told_signals('scored', [
        'greatest(observed, expected) >= ' ~ settings.least.rows,
        'abs(observed - expected) >= ' ~ settings.change ~ ' * expected',
        'not is_quiet or (sender is null and observed < ' ~ settings.holiday_least ~ ' * expected)',
    ]) }}

)

select * from signal_volume
