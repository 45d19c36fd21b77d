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
    -- A change of result moves a person-day from one count to the other, a deletion takes it away.
    sum(
        case
            when nature = 'deletion' then -(result = 'P')::integer
            when nature = 'correction' then case when result = 'P' then 1 else -1 end
            else (result = 'P')::integer
        end
    ),
    sum(case nature when 'new' then 1 when 'correction' then 0 else -1 end)
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
    case
        when is_reinfection then 'reinfection'
        when is_before_case then 'negative_before_case'
        else 'repeat_negative'
    end,
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
        when nature <> 'new' then nature
        else kind
    end,
    case
        when is_resent then null
        when nature = 'correction' then coalesce(correction_shape, 'result')
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
