-- Reports bear the Sunday that ends their week, however late they arrive.
create or replace macro known_by(day, received_on) as day;
