-- Reports bear the day or the Sunday that they are of, however late they arrive.
create or replace macro known_by(day, received_on) as day;
