-- Clusters bear the day of their report, however late they arrive.
create or replace macro known_by(day, received_on) as day;

-- The kind of place that one would be by the codes of a day: schools and universities were one until September 2020.
create or replace macro kind_on(kind, day) as
    case
        when kind in ('SCOLAIRE', 'UNIVERSITAIRE') and day < date '2020-09-01' then 'SCOLAIRE_UNIVERSITAIRE'
        when kind = 'SCOLAIRE_UNIVERSITAIRE' and day >= date '2020-09-01' then 'SCOLAIRE'
        else kind
    end;

-- A judgement, or none.
create or replace macro criticality_of(h, question) as
    case
        when occurs(h, 'unjudged', getvariable('unjudged')) then null
        when uniform(h, question) < 0.4 then 'LIMITEE'
        when uniform(h, question) < 0.75 then 'MODEREE'
        else 'ELEVEE'
    end;
