-- What is kept aside of a batch: the counts that the right pipeline finds, and who is tested again.
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
where is_reinfection or is_before_case or (is_repeat and not is_case and is_stable);
