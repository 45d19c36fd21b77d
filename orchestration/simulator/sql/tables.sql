-- One row per disturbance: its kind, a detail (what was corrected, which rule is broken), the record, the day that it
-- tells of and the day of receipt.
create or replace table disturbances (kind varchar, detail varchar, record varchar, day date, received_on date);

-- Rows that break exactly one rule of the contract: what is wrong, the column, the rule, and whether only a text
-- file can carry it; these come first.
create or replace table bad_shapes (shape varchar, column_name varchar, rule varchar, text_only boolean);
