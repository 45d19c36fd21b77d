-- Pseudo-randomness is a function of a record's own 64-bit key and of the name of the question asked,
-- never of random(): the same seed gives the same bytes, whatever the threads and the order of rows.
create or replace macro seeded(h, question) as hash(xor(h, hash(question)));

-- Uniform draw in [0, 1).
create or replace macro uniform(h, question) as
    (hash(xor(h, hash(question))) >> 11) / 9007199254740992::double;

-- Whole number in 0 .. n - 1.
create or replace macro pick(h, question, n) as (hash(xor(h, hash(question))) % n)::integer;

create or replace macro occurs(h, question, rate) as
    (hash(xor(h, hash(question))) >> 11) < (rate * 9007199254740992)::ubigint;

-- A 64-bit key as the sixteen hexadecimal digits that a sender writes.
create or replace macro key_text(h) as format('{:016x}', h);

create or replace macro day_number(day) as (day - date '2020-01-01')::bigint;

-- The time that is so many minutes after the beginning of 2020.
create or replace macro minute_time(minutes) as make_timestamp((1577836800 + minutes * 60) * 1000000);

-- The person of a case is a function of the series (place, age, sex), the day and the rank in the cell,
-- so that another record can be given the same person without any look-up.
create or replace macro case_person(series, day, k) as
    hash(xor(hash(series, day_number(day), k), hash('case')));

create or replace macro negative_person(series, day, k) as
    hash(xor(hash(series, day_number(day), k), hash('negative')));

-- Days between sampling and receipt. `late` is the share that arrives more than three days after: about
-- half of it the next day, 0.4 points of the usual 4.4 still missing after ten days, the last after thirty.
create or replace macro arrival_delay(u, late) as
    case
        when u >= late then
            case
                when (u - late) / (1.000001 - late) < 0.26 then 0
                when (u - late) / (1.000001 - late) < 0.73 then 1
                when (u - late) / (1.000001 - late) < 0.92 then 2
                else 3
            end
        when u / late < 0.56 then 4
        when u / late < 0.71 then 5
        when u / late < 0.8 then 6
        when u / late < 0.86 then 7
        when u / late < 0.92 then 8 + floor(50 * (u / late - 0.86))::integer
        else 11 + floor(20 * power((u / late - 0.92) / 0.080001, 2))::integer
    end;

-- Key of the record number k among the cases, or the negatives, of a cell; a rank that is taken again after
-- a deletion bears another generation.
create or replace macro record_key(cell, is_case, k, generation) as hash(hash(cell, is_case, k, generation));

-- Sampled at home most often, elsewhere in France for a share; never unknown in itself.
create or replace macro sampling_place(h, dep) as
    case
        when dep is null or occurs(h, 'away', getvariable('away'))
            then getvariable('dep_codes')[1 + pick(h, 'away_place', len(getvariable('dep_codes')))]
        else dep
    end;

-- Four laboratories in each département, of very unequal size.
create or replace macro laboratory(h, dep) as
    'LAB' || dep || '0' || (1 + floor(4 * power(uniform(h, 'laboratory'), 2))::integer)::varchar;

-- Share of a laboratory's results that come late: between 0.3 and 1.7 times the mean, negatives a little more.
create or replace macro lateness(lab, is_case) as
    least(
        0.999,
        getvariable('late')
        * (0.3 + 1.4 * ((hash(lab) >> 11) / 9007199254740992::double))
        * case when is_case then 1 else 1.35 end
    )::double;

-- Whether a record is first sent wrong. What is imposed by a truth in several publications stays as it is.
create or replace macro is_corrected(kind, is_stable, nature, r) as
    kind not in ('deletion', 'bad_row')
    and (is_stable or kind <> 'base')
    and nature = 'new'
    and occurs(r, 'correction', getvariable('correction'));

-- The day by which the sender knew the result, the same in every version of the record.
create or replace macro known_by(day, received_on) as
    case when getvariable('imposed_arrival') then least(day + 2, received_on) else received_on end;

-- The day on which a record beside the core arrives, not before the core record that it leans on.
create or replace macro beside_day(core_received_on, day, r, late) as
    greatest(
        core_received_on,
        day + case when getvariable('imposed_arrival') then 1 else arrival_delay(uniform(r, 'arrival'), late) end
    );
