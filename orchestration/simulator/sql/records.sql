-- What is sent beside the core, in its final state, and the records of the core that are sent more than once.
create or replace table records as
select * from base_records
union all
select * from deleted_records
union all
select * from bad_row_records;
