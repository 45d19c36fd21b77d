-- Reports bear the day by which they hold, however late they arrive.
create or replace macro known_by(day, received_on) as day;

-- The time of a report within its day.
create or replace macro minute_of(h) as 480 + pick(h, 'minute', 600);

-- A FINESS number: the département, and the number of the establishment in it.
create or replace macro finess_of(dep, number) as dep || lpad(number::varchar, (9 - length(dep))::integer, '0');

create or replace macro kind_of(establishment) as
    case
        when uniform(establishment, 'kind') < 0.6 then 'EHPAD'
        when uniform(establishment, 'kind') < 0.85 then 'HANDICAP'
        when uniform(establishment, 'kind') < 0.95 then 'ENFANCE'
        else 'AUTRE'
    end;
