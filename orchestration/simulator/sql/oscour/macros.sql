-- Identifier of a hospital, as FINESS numbers begin: with its département.
create or replace macro sender_of(dep, number) as
    left(dep, 2)
    || case when len(dep) = 3 then '0' || right(dep, 1) else '00' end
    || lpad((number * 18)::varchar, 5, '0');

-- A code of suspected Covid-19, by the day: the French subdivisions of U07.1 came with the epidemic.
create or replace macro covid_code(r, day) as
    case
        when day < date '2020-03-16' then ['U071', 'B342', 'B972', 'U049'][1 + pick(r, 'covid_code', 4)]
        else ['U0710', 'U0711', 'U0711', 'U0712', 'U0714', 'U0715', 'U071', 'B342', 'B9720', 'U0490'][
            1 + pick(r, 'covid_code', 10)
        ]
    end;

-- Any other code; one in thirty is a neighbour of those of Covid-19.
create or replace macro other_code(r, question) as
    case
        when pick(r, question || ' neighbour', 30) = 0
            then ['U0713', 'U070', 'B349', 'B974', 'U0799'][1 + pick(r, question, 5)]
        else [
            'S610', 'R104', 'S934', 'J189', 'N10', 'K590', 'F419', 'T140', 'I10', 'M545', 'J459', 'A090', 'S0600', 'R074',
            'J960', 'R509', 'H669', 'R11', 'I500', 'S525', 'J128', 'R05', 'R060', 'G439'
        ][1 + pick(r, question, 24)]
    end;

-- What a patient with suspected Covid-19 comes for, where that is coded as an associated diagnosis.
create or replace macro breath_code(r) as
    ['J128', 'R060', 'R05', 'R509', 'J189', 'J960', 'R53+0', 'J22'][1 + pick(r, 'breath', 8)];

-- A code as its hospital writes it.
create or replace macro written(code, sender) as
    case
        when len(code) > 3 and occurs(hash(sender), 'with point', 0.25) then left(code, 3) || '.' || substr(code, 4)
        else code
    end;
