-- What a sender tells after its silence, kept aside.
insert into disturbances
select
    'silence',
    sender,
    key_text(h),
    day,
    received_on
from core
where is_caught_up;
