-- Samples bear the last day of their wave, however late they arrive.
create or replace macro known_by(day, received_on) as day;
