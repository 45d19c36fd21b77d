-- Analyses bear the day of the sample, however late they arrive.
create or replace macro known_by(day, received_on) as day;

-- A name as people write it: with or without capitals, accents and hyphens.
create or replace macro written(name, r) as
    case pick(r, 'spelling', 4)
        when 0 then upper(name)
        when 1 then upper(strip_accents(name))
        when 2 then replace(name, ' ', '-')
        else name
    end;
