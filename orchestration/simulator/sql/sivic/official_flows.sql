-- From the text of an official file of flows (table `flow_text`) to typed rows.
create or replace table flows as
select
    row_no,
    departement_code(dep) as dep,
    try_cast(jour as date) as day,
    try_cast(incid_hosp as bigint) as incid_hosp,
    try_cast(incid_rea as bigint) as incid_rea,
    try_cast(incid_dc as bigint) as incid_dc,
    try_cast(incid_rad as bigint) as incid_rad
from flow_text;
