-- Identifiers of results under which records of several people or laboratories stand: each is counted, and their
-- senders have to be told.
{{ config(severity='warn') }}

select result_key
from {{ ref('int_testing__reissued') }}
where delivery not in (select delivery from {{ ref('int_testing__withdrawn_deliveries') }})
group by result_key, record_version
having min(person_key) <> max(person_key) or min(laboratory) <> max(laboratory)
