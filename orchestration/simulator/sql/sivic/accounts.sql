-- Disturbances that are in the stays themselves, kept aside.
insert into disturbances
select
    case
        when step = 7 then 'removal'
        when is_caught_up then 'catch_up'
        else 'late_death'
    end,
    null,
    key_text(h),
    day,
    received_on
from core
where step = 7 or is_caught_up or (type = 'DECES' and declared_minute - occurred_minute >= 2880);
