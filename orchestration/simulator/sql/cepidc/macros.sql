-- Certificates bear the day of the death, however late they arrive.
create or replace macro known_by(day, received_on) as day;

-- A record is first sent wrong, or without its causes, which are coded later.
create or replace macro is_corrected(kind, is_stable, nature, r) as
    kind not in ('deletion', 'bad_row')
    and nature = 'new'
    and (occurs(r, 'correction', getvariable('correction')) or occurs(r, 'late_coding', getvariable('late_coding')));

create or replace macro correction_shape(r) as
    case
        when occurs(r, 'late_coding', getvariable('late_coding')) then 'coding'
        else getvariable('correction_shapes')[1 + pick(r, 'correction_shape', len(getvariable('correction_shapes')))]
    end;

-- An establishment of a département: a few, the first ones larger.
create or replace macro establishment_of(h, dep) as
    case length(dep) when 3 then dep || lpad((1 + floor(12 * power(uniform(h, 'establishment'), 1.7))::integer)::varchar, 6, '0')
    else dep || '0' || lpad((1 + floor(12 * power(uniform(h, 'establishment'), 1.7))::integer)::varchar, 6, '0') end;

create or replace macro covid_cause(h) as
    case
        when uniform(h, 'covid code') < 0.6 then 'U07.1'
        when uniform(h, 'covid code') < 0.75 then 'U0711'
        when uniform(h, 'covid code') < 0.9 then 'U07.2'
        when uniform(h, 'covid code') < 0.96 then 'B34.2'
        else 'B972'
    end;

create or replace macro comorbid_cause(h) as
    ['I10', 'I25.5', 'I50.0', 'E119', 'E66', 'J44.1', 'C34.9', 'N18', 'F03', 'G30', 'I64'][1 + pick(h, 'comorbidity', 11)];

-- Causes that are neither, some of which resemble those that are.
create or replace macro other_cause(h) as
    ['J96.0', 'J18.9', 'A41.9', 'R54', 'N17', 'U07.0', 'B34.9', 'J80', 'R99', 'W19', 'E15', 'I99'][1 + pick(h, 'other', 12)];

-- All causes of a certificate, by what it mentions.
create or replace macro causes_of(h, is_covid, is_comorbid) as
    concat_ws(
        ',',
        other_cause(h),
        case when is_covid then covid_cause(h) end,
        case when is_comorbid then comorbid_cause(h) end,
        case when occurs(h, 'another', 0.3) then other_cause(seeded(h, 'another')) end
    );
