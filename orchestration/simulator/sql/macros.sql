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

-- Whether a record is first sent wrong. What is imposed by a truth in several publications stays as it is.
create or replace macro is_corrected(kind, is_stable, nature, r) as
    kind not in ('deletion', 'withdrawal', 'bad_row', 'first_report', 'closing')
    and (is_stable or kind <> 'base')
    and nature = 'new'
    and occurs(r, 'correction', getvariable('correction'));

-- What is wrong in the first version of a corrected record: one of the shapes of the feed.
create or replace macro correction_shape(r) as
    getvariable('correction_shapes')[1 + pick(r, 'correction_shape', len(getvariable('correction_shapes')))];
