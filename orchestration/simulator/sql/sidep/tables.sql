-- The counts that the right pipeline finds, kept aside while the batches go by.
create or replace table truth_counts (day date, dep varchar, age10 varchar, sex varchar, p bigint, t bigint);

set variable correction_shapes = ['result', 'place', 'age', 'sex', 'day', 'person'];
