-- One row per disturbance: its kind, a detail (what was corrected, which rule is broken), the record, the day that it
-- tells of and the day of receipt.
create or replace table disturbances (kind varchar, detail varchar, record varchar, day date, received_on date);
