-- What is kept aside of a batch: the counts that the right pipeline finds, and every disturbance.
insert into truth_counts
select
    day,
    coalesce(dep, 'unknown'),
    case
        when years is null then 'unknown'
        when years >= 90 then '90'
        else (years - years % 10 + 9)::varchar.lpad(2, '0')
    end,
    case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end,
    count(*) filter (where is_case),
    count(*)
from core
group by all;

insert into disturbances
select
    'late',
    null,
    key_text(h),
    day,
    received_on
from core
where received_on > day + 3 and not getvariable('imposed_arrival')
union all
select
    case when is_reinfection then 'reinfection' when is_before_case then 'negative_before_case' else 'repeat_negative' end,
    null,
    key_text(h),
    day,
    received_on
from core
where is_reinfection or is_before_case or (is_repeat and not is_case and is_stable)
union all
select
    case
        when is_resent then 'resend'
        when version > 1 and nature = 'correction' then 'correction'
        else kind
    end,
    case when is_resent then null when nature = 'correction' then correction_shape when kind = 'bad_row' then bad_shape(r) end,
    key_text(r),
    day,
    received_on
from lines
where
    is_resent
    or (nature = 'correction')
    or (kind = 'deletion' and nature = 'deletion')
    or (kind not in ('base', 'deletion') and version = 1);
