-- What is kept aside while the batches go by.
create or replace table truth_counts (day date, dep varchar, age10 varchar, sex varchar, p bigint, t bigint);

-- One row per disturbance: its kind, a detail (what was corrected, which rule is broken), the record, its
-- sampling day and the day of receipt.
create or replace table disturbances (
    kind varchar, detail varchar, id_resultat varchar, day date, received_on date
);
