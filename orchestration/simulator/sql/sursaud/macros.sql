-- Visits and acts bear the day on which they took place, however late they arrive.
create or replace macro known_by(day, received_on) as day;

-- Days between a visit or act and its receipt: the evening of the day or of the next one, later for the share `late`.
create or replace macro receipt_delay(r, late) as
    case
        when uniform(r, 'arrival') < late then arrival_delay(uniform(r, 'arrival'), late)
        else occurs(r, 'next_evening', 0.3)::integer
    end;

-- A record is first sent wrong, or without its diagnosis, which is coded later.
create or replace macro is_corrected(kind, is_stable, nature, r) as
    kind not in ('deletion', 'bad_row')
    and nature = 'new'
    and (occurs(r, 'correction', getvariable('correction')) or occurs(r, 'late_coding', getvariable('late_coding')));

create or replace macro correction_shape(r) as
    case
        when occurs(r, 'late_coding', getvariable('late_coding')) then 'coding'
        else getvariable('correction_shapes')[1 + pick(r, 'correction_shape', len(getvariable('correction_shapes')))]
    end;

-- The classes of age are numbered as since 4 November 2021; until the day before, the first two were one, A.
set variable new_codes = date '2021-11-04';

create or replace macro age_code(age, day) as
    case when day < getvariable('new_codes') then ['A', 'A', 'B', 'C', 'D', 'E'][age] else age::varchar end;

-- The number of the class of a published code; of A, one of the two, drawn.
create or replace macro age_number(code, r) as
    case code
        when 'A' then case when occurs(r, 'under five', 0.4) then 1 else 2 end
        when 'B' then 3
        when 'C' then 4
        when 'D' then 5
        when 'E' then 6
        else try_cast(code as integer)
    end::tinyint;

-- Which sender of a département takes a record: the first ones are larger.
create or replace macro sender_number(h, senders) as
    1 + floor(senders * power(uniform(h, 'sender'), 1.7))::integer;

-- Codes may have lost their leading zero.
create or replace macro place_code(printed) as
    lpad(trim(printed), greatest(2, len(trim(printed)))::integer, '0');
