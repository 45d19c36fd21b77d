-- The reports that alone give the counts. Where an establishment is, and of which kind, is drawn from it.
create or replace table core as
with placed as (
    select
        drawn.*,
        slots.dep,
        kind_of(drawn.establishment) as kind_of_home
    from drawn
    left join slots on slots.slot = floor(1048576 * uniform(drawn.establishment, 'home'))::integer
),

numbered as (
    select
        *,
        dense_rank() over (partition by dep order by establishment) as number_in_dep,
        min(day) over (partition by episode) as declared_on
    from placed
)

select
    numbered.h,
    numbered.episode,
    numbered.episode as declaration,
    numbered.day,
    true as is_stable,
    1 as version,
    'new' as nature,
    finess_of(numbered.dep, numbered.number_in_dep) as establishment,
    numbered.kind_of_home as establishment_kind,
    numbered.dep,
    -- Of two episodes of an establishment one begins on an even day.
    case
        when not occurs(numbered.episode, 'unknown_signs', getvariable('unknown_signs'))
            then
                numbered.declared_on - 2 * pick(numbered.episode, 'signs', 4)
                - (day_number(numbered.declared_on) + numbered.parity)::integer % 2
    end as signs_on,
    minute_of(numbered.h) as minute,
    numbered.stage,
    numbered.residents::integer as residents,
    numbered.staff::integer as staff,
    numbered.residents_confirmed,
    numbered.residents_possible,
    case when not said.unsaid then numbered.staff_confirmed end as staff_confirmed,
    case when not said.unsaid then numbered.staff_possible end as staff_possible,
    numbered.deaths_home,
    numbered.deaths_hospital,
    calendar.received_on
from numbered
cross join lateral (
    select numbered.number > 0 and occurs(numbered.h, 'unsaid', getvariable('unsaid')) as unsaid
) as said
inner join calendar
    on calendar.day = numbered.day + arrival_delay(uniform(numbered.h, 'arrival'), getvariable('late'));
