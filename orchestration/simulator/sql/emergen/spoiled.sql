-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_sequence) as id_sequence,
        case bad when 'missing_platform' then null when 'platform_pattern' then 'labo 1' else plateforme end as plateforme,
        case bad
            when 'missing_survey' then null
            when 'survey_min' then date '2020-12-28'
            when 'tuesday' then debut_enquete + 1
            when 'survey_to_come' then date_trunc('week', received_on)::date + 7
            else debut_enquete
        end as debut_enquete,
        spoil(bad, 'region_pattern', 'IDF', region) as region,
        spoil(bad, 'sampled_to_come', received_on + 1, date_prelevement) as date_prelevement,
        spoil(bad, 'interpretable_code', '1', interpretable) as interpretable,
        spoil(bad, 'lineage_pattern', 'Delta', lignee) as lignee
    )
from shaped;
