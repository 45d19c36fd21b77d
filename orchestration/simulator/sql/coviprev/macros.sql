-- Answer sheets bear the last day of their wave, however late they arrive.
create or replace macro known_by(day, received_on) as day;

-- The class of age of the quotas, 1 to 5.
create or replace macro quota_age(years) as
    1 + (years > 24)::integer + (years > 34)::integer + (years > 49)::integer + (years > 64)::integer;

-- A name of a wave as people write it.
create or replace macro wave_name(wave, wave_from, day, r) as
    case pick(r, 'wave_name', 8)
        when 0 then 'V' || wave
        when 1 then 'vague ' || wave
        when 2 then 'Vague ' || wave
        when 3 then 'Vague ' || wave || ': ' || strftime(wave_from, '%d') || '-' || strftime(day, '%d')
        else 'Vague ' || wave || ' : ' || strftime(wave_from, '%-d') || '-' || strftime(day, '%-d') || ' '
            || [
                'janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre',
                'novembre', 'décembre'
            ][month(day)]
    end;

-- An answer, which some do not give.
create or replace macro answered(r, question, answer) as
    case when not occurs(r, question || ' missing', getvariable('no_answer')) then answer end;

-- How often a measure is adopted, by the share of those who do so systematically.
create or replace macro adoption(r, measure, share) as
    case
        when uniform(r, measure) < share then 'S'
        else ['O', 'P', 'J'][1 + pick(r, measure || ' else', 3)]
    end;
