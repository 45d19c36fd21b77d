-- Reports bear the Sunday of their week, however late they arrive.
create or replace macro known_by(day, received_on) as day;

-- A whole number of events about a mean, spread like a count.
create or replace macro events(mean, r, question) as
    greatest(0, round(
        mean + sqrt(mean) * (uniform(r, question) + uniform(r, question || '2') + uniform(r, question || '3') - 1.5) * 2
    ))::integer;
