-- Version 1 of a corrected record: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case when is_corrected and correction_shape = 'cases' then cases + pick(r, 'wrong_cases', 20) else cases end as cases,
        case when is_corrected and correction_shape = 'patients' then patients * 10 else patients end as patients,
        case
            when is_corrected and correction_shape = 'samples' then samples + 1 + pick(r, 'wrong_samples', 5) else samples
        end as samples,
        case
            when is_corrected and correction_shape = 'region' then case when reg = '84' then null else '84' end
            else reg
        end as reg,
        case when is_corrected and correction_shape = 'week' then day - 7 else day end as day
    )
from sent_again;
