-- The person of a case is a function of the series (place, age, sex), the day and the rank in the cell,
-- so that another record can be given the same person without any look-up.
create or replace macro case_person(series, day, k) as
    hash(xor(hash(series, day_number(day), k), hash('case')));

create or replace macro negative_person(series, day, k) as
    hash(xor(hash(series, day_number(day), k), hash('negative')));

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

-- The day by which the sender knew the result, the same in every version of the record.
create or replace macro known_by(day, received_on) as
    case when getvariable('imposed_arrival') then least(day + 2, received_on) else received_on end;

-- The day on which a record beside the core arrives, not before the core record that it leans on.
create or replace macro beside_day(core_received_on, day, r, late) as
    greatest(
        core_received_on,
        day + case when getvariable('imposed_arrival') then 1 else arrival_delay(uniform(r, 'arrival'), late) end
    );
