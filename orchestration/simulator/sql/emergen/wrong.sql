-- Version 1 of a corrected sequence: wrong in one thing.
create or replace view wrong as
select
    * replace (
        case when is_out_of_order then later_on else received_on end as received_on,
        case
            when not is_corrected or correction_shape not in ('lineage', 'interpretable') then lineage
            when correction_shape = 'interpretable' then null
            else getvariable('lineages')[1 + pick(r, 'wrong_lineage', len(getvariable('lineages')))]
        end as lineage,
        case
            when is_corrected and correction_shape = 'survey' then greatest(survey - 7, date '2021-01-04') else survey
        end as survey,
        case when is_corrected and correction_shape = 'region' then '93' else region end as region
    )
from sent_again;
