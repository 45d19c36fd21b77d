-- The day of declaration is the same in every version of an event, however late it arrives.
create or replace macro known_by(day, received_on) as day;

-- Days between declaration and receipt: the evening of the day or of the next one, later for the share `late`.
create or replace macro receipt_delay(r, late) as
    case
        when getvariable('imposed_arrival') then 0
        when uniform(r, 'arrival') < late then arrival_delay(uniform(r, 'arrival'), late)
        else occurs(r, 'next_evening', 0.1)::integer
    end;

-- Identifier of a hospital, as FINESS numbers begin: with its département.
create or replace macro finess_of(dep, number) as
    left(dep, 2)
    || case when len(dep) = 3 then '0' || right(dep, 1) else '00' end
    || lpad((number * 18)::varchar, 5, '0');

-- Which hospital of a département takes a stay: the first ones are larger.
create or replace macro hospital_number(h, hospitals) as
    1 + floor(hospitals * power(uniform(h, 'hospital'), 1.7))::integer;

-- Part of a total that falls to one of several weights, rounded so that the parts add up: `upto` is the sum of the
-- weights as far as this one, `whole` the sum of all.
create or replace macro apportioned(total, weight, upto, whole) as
    case
        when whole = 0 then 0
        else floor(total * upto / whole + 0.5) - floor(total * (upto - weight) / whole + 0.5)
    end::bigint;

create or replace macro sex_sent(sex) as case sex when 'F' then 'F' when 'M' then 'H' end;

-- Ages of people in hospital, of whom half are over 72.
create or replace macro hospital_age(person) as floor(100 * power(uniform(person, 'age'), 0.48))::smallint;

-- Codes may have lost their leading zero.
create or replace macro departement_code(printed) as
    lpad(trim(printed), greatest(2, len(trim(printed)))::integer, '0');
