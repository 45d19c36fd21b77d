create or replace table wanted as
select * from changes
where day between getvariable('batch_from') and getvariable('batch_to');
