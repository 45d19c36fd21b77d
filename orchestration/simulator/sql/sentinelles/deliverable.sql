-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_releve end as id_releve,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        case bad when 'missing_practice' then null when 'practice_pattern' then 'cabinet 1' else cabinet end as cabinet,
        case bad
            when 'missing_week' then null
            when 'week_pattern' then '2021W05'
            when 'no_such_week' then '2021-S53'
            when 'after_delivery' then strftime(received_on + 7, '%G-S%V')
            else semaine
        end as semaine,
        spoil(bad, 'region_pattern', 'Corse', region) as region,
        case bad when 'missing_patients' then null when 'patients_min' then 0 else patientele end as patientele,
        spoil(bad, 'cases_max', 2001, cas_ira) as cas_ira,
        case bad when 'samples_min' then -1 when 'more_positives' then 1 else preleves end as preleves,
        spoil(bad, 'more_positives', 2, positifs) as positifs
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
        coalesce(id_releve, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(cabinet, ''),
        coalesce(semaine, ''),
        coalesce(region, ''),
        coalesce(patientele::varchar, ''),
        case when bad = 'cases_type' then 'aucun' else coalesce(cas_ira::varchar, '') end,
        coalesce(preleves::varchar, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(positifs::varchar, '') || ';?'
        else ';' || coalesce(positifs::varchar, '')
    end as line
from as_text;
