-- Identifiers of events under which records of several patients or hospitals stand: each is counted, and their senders
-- have to be told.
{{ config(severity='warn') }}

select event_key
from {{ ref('stg_sivic__events') }}
where delivery not in (select delivery from {{ ref('int_hospital__withdrawn_deliveries') }})
group by event_key, record_version
having min(person_key) <> max(person_key) or min(finess) <> max(finess)
