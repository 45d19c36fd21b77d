-- The places that were drawn right, by level, with their area in square degrees.
create or replace table drawn (level varchar, code varchar, dep varchar, area double);
