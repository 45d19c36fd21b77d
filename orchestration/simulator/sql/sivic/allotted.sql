-- The flows of a day, known for both sexes together, shared out between the sexes: first what the stocks of a sex ask
-- for, then by the number of its patients. What a stock asks beyond is left to transfers, removals and outcomes.
create or replace table allotted as
with daily as (
    select
        today.*,
        eve.hosp as hosp_before,
        eve.rea as rea_before,
        today.rad - eve.rad as more_rad,
        today.dc - eve.dc as more_dc,
        flows.incid_hosp,
        flows.incid_rea,
        flows.incid_rad,
        flows.incid_dc,
        eve.hosp * 1000 + 1 as patients
    from stock_cells as today
    inner join stock_cells as eve on today.dep = eve.dep and today.sex = eve.sex and today.day - 1 = eve.day
    inner join flows on today.dep = flows.dep and today.day = flows.day
),

ends_asked as (
    select
        *,
        sum(greatest(more_rad, 0)) over day_dep as asked_rad,
        sum(greatest(more_dc, 0)) over day_dep as asked_dc,
        sum(patients) over day_dep as all_patients,
        sum(greatest(more_rad, 0)) over upto as upto_rad,
        sum(greatest(more_dc, 0)) over upto as upto_dc,
        sum(patients) over upto as upto_patients
    from daily
    window day_dep as (partition by dep, day), upto as (partition by dep, day order by sex rows unbounded preceding)
),

ends as (
    select
        *,
        apportioned(least(incid_rad, asked_rad), greatest(more_rad, 0), upto_rad, asked_rad)
        + apportioned(greatest(incid_rad - asked_rad, 0), patients, upto_patients, all_patients) as home,
        apportioned(least(incid_dc, asked_dc), greatest(more_dc, 0), upto_dc, asked_dc)
        + apportioned(greatest(incid_dc - asked_dc, 0), patients, upto_patients, all_patients) as death
    from ends_asked
),

entries_asked as (
    select
        *,
        greatest(hosp - hosp_before + home + death, 0) as more_hosp,
        greatest(rea - rea_before, 0) as more_rea
    from ends
),

entries_summed as (
    select
        *,
        sum(more_hosp) over day_dep as asked_hosp,
        sum(more_rea) over day_dep as asked_rea,
        sum(more_hosp) over upto as upto_hosp,
        sum(more_rea) over upto as upto_rea
    from entries_asked
    window day_dep as (partition by dep, day), upto as (partition by dep, day order by sex rows unbounded preceding)
)

select
    dep,
    sex,
    day,
    hosp,
    rea,
    hosp_before,
    rea_before,
    home,
    death,
    more_rad - home as rad_beside,
    more_dc - death as dc_beside,
    apportioned(least(incid_hosp, asked_hosp), more_hosp, upto_hosp, asked_hosp)
    + apportioned(greatest(incid_hosp - asked_hosp, 0), patients, upto_patients, all_patients) as admitted,
    apportioned(least(incid_rea, asked_rea), more_rea, upto_rea, asked_rea)
    + apportioned(greatest(incid_rea - asked_rea, 0), patients, upto_patients, all_patients) as to_critical
from entries_summed;
