-- What the right pipeline finds, analysis by analysis, by the core alone.
create or replace table truth_analyses as
select
    upper(strip_accents(plant)) as station,
    (date_trunc('week', day) + interval 6 day)::date as week_end,
    population,
    viral_load,
    is_quantified,
    nitrogen
from core;
