-- How many patients of a département and sex move each day between three pools: `n`, not yet in critical care, `r`, in
-- critical care, `s`, back from it. Arrivals that no flow explains are transfers in; departures, transfers or removals.
create or replace table moves as
with recursive moves as (
    select
        dep,
        sex,
        day,
        hosp - rea as n,
        0::bigint as s,
        rea as r,
        hosp - rea as n_entries,
        rea as r_entries,
        0::bigint as direct,
        0::bigint as in_conventional,
        0::bigint as in_critical,
        0::bigint as to_critical,
        0::bigint as n_home,
        0::bigint as n_death,
        0::bigint as n_out,
        0::bigint as step_down,
        0::bigint as r_death,
        0::bigint as r_out,
        0::bigint as s_home,
        0::bigint as s_death,
        0::bigint as s_out
    from stock_cells
    where day = getvariable('first_day') - 1
    union all
    select
        today.dep,
        today.sex,
        today.day,
        conventional - (exits - from_s) as n,
        eve.s + step_down - from_s as s,
        today.rea as r,
        today.admitted - direct as n_entries,
        0 as r_entries,
        direct,
        in_conventional,
        in_critical,
        today.to_critical - direct as to_critical,
        today.home - s_home as n_home,
        today.death - r_death - s_death as n_death,
        outs - r_out - s_out as n_out,
        step_down,
        r_death,
        r_out,
        s_home,
        s_death,
        s_out
    from (select dep, sex, day, n, s from moves) as eve
    inner join allotted as today on eve.dep = today.dep and eve.sex = today.sex and eve.day + 1 = today.day
    cross join
        lateral (
            select
                today.hosp - today.hosp_before - today.admitted + today.home + today.death as unexplained,
                greatest(today.rea - today.rea_before - today.to_critical, 0) as in_critical,
                greatest(today.rea_before + today.to_critical - today.rea, 0) as leave_critical,
                -- Nobody enters critical care twice in a stay: if too few are left who did not, others come in.
                greatest(today.to_critical - eve.n - today.admitted, 0) as missing
        ) as critical
    cross join
        lateral (
            select
                greatest(unexplained, in_critical + missing, 0) - in_critical as in_conventional,
                greatest(unexplained, in_critical + missing, 0) - unexplained as outs,
                least(today.admitted, floor(0.3 * today.to_critical + 0.5)::bigint) as direct,
                least(today.death, leave_critical, ceil(0.5 * today.death)::bigint) as r_death
        ) as arrivals
    cross join lateral (select least(leave_critical - r_death, floor(0.3 * outs)::bigint) as r_out) as critical_out
    cross join
        lateral (
            select
                leave_critical - r_death - r_out as step_down,
                today.home + today.death - r_death + outs - r_out as exits,
                eve.n + today.admitted + in_conventional - today.to_critical as conventional
        ) as leaving
    cross join
        lateral (
            select greatest(exits - conventional, least(eve.s, ceil(0.4 * exits)::bigint)) as from_s
        ) as recovered
    cross join lateral (select least(today.home, from_s) as s_home) as recovered_home
    cross join lateral (select least(outs - r_out, from_s - s_home) as s_out) as recovered_out
    cross join lateral (select from_s - s_home - s_out as s_death) as recovered_death
)

select * from moves;
