-- Entries bear the day of the test or of the naming, however late they arrive.
create or replace macro known_by(day, received_on) as day;

-- The platform of the health insurance that makes an entry: that of the département, as a rule.
create or replace macro platform_of(h, dep) as
    case
        when dep is null or occurs(h, 'other_platform', 0.03) then '0' || (11 + pick(h, 'platform', 80))::varchar
        else dep || '1'
    end;

-- The entry of the case with which another one was merged, under its own identifier.
create or replace macro merged_case(case_h) as seeded(case_h, 'deletion_record');
