-- A death bears its day, however late it is transmitted.
create or replace macro known_by(day, received_on) as day;

-- Days between a death and its transmission: a few where the commune transmits electronically, weeks on paper; each with a
-- tail that ends after some forty days.
create or replace macro transmission_delay(h, is_electronic) as
    case
        when is_electronic then arrival_delay(uniform(h, 'transmission'), getvariable('late'))
        when occurs(h, 'late_paper', getvariable('late_paper')) then 11 + floor(30 * power(uniform(h, 'paper'), 3))::integer
        else 2 + pick(h, 'paper_soon', 9)
    end;
