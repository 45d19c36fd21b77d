-- In how many IRIS the referential cuts a commune by default: one of more than 10,000 inhabitants in parts of 2,500 at
-- most; any other is one itself, numbered 0000.
create or replace macro iris_of(population) as
    case when population > 10000 then ceil(population / 2500)::integer else 0 end;
