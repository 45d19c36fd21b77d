-- Forms bear the day of admission, however late they arrive.
create or replace macro known_by(day, received_on) as day;
