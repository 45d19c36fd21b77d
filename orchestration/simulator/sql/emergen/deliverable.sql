-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_sequence end as id_sequence,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
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
from shaped
where kind = 'bad_row' and not is_text_only(r);

-- The same as lines of text, and the faults that only text can have.
create or replace view text_rows as
with as_text as (
    select * from typed_rows
    union all
    select * from shaped
    where kind = 'bad_row' and is_text_only(r)
)

select
    file,
    r,
    version,
    is_parquet,
    concat_ws(
        ';',
        coalesce(id_sequence, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(plateforme, ''),
        case when bad = 'date_type' then '2021-02-30' else coalesce(debut_enquete::varchar, '') end,
        coalesce(region, ''),
        coalesce(date_prelevement::varchar, ''),
        interpretable
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(lignee, '') || ';?'
        else ';' || coalesce(lignee, '')
    end as line
from as_text;
