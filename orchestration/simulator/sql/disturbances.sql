-- Every disturbance of a batch, kept aside: what comes late, again, in another version, beside the core or spoiled.
insert into disturbances
select
    'late',
    null,
    key_text(h),
    day,
    received_on
from core
where received_on > greatest(day, getvariable('first_day')) + 3 and not getvariable('imposed_arrival')
union all
select
    case
        when is_resent then 'resend'
        when nature <> 'new' then nature
        else kind
    end,
    case
        when is_resent then null
        when nature = 'correction' then coalesce(correction_shape, getvariable('correction_shapes')[1])
        when kind = 'bad_row' then bad_shape(r)
    end,
    key_text(r),
    day,
    received_on
from lines
where
    is_resent
    or nature <> 'new'
    or (kind not in ('base', 'deletion') and version = 1);
