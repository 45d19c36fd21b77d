-- Communes of which past and present deaths can be compared: those that transmit electronically, by the last death that
-- is known of them, and since when. One that has stopped is none of them: its fewer deaths would hide those of others.
with deaths as (

    select * from {{ ref('int_mortality__cells') }}
    where cell_level = 'commune' and deaths > 0

),

last_known as (

    select
        place as com,
        -- Of two on one day the one on paper: `none` comes after any date.
        arg_max(transmits_since, (day, transmits_since)) as transmits_since
    from deaths
    group by place

),

int_mortality__panel as (

    select
        com,
        {{ departement_of('com') }} as dep,
        transmits_since::date as transmits_since
    from last_known
    where transmits_since <> 'none'

)

select * from int_mortality__panel
