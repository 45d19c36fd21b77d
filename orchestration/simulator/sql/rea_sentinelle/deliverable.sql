-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_fiche end as id_fiche,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        case bad when 'missing_unit' then null when 'unit_pattern' then 'réa 1' else service end as service,
        case bad when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement end
            as departement,
        case bad
            when 'missing_date' then null
            when 'date_min' then date '2020-03-15'
            when 'after_delivery' then received_on + 1
            else date_admission
        end as date_admission,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_max', 121, age) as age,
        spoil(bad, 'severity_code', 'GRAVE', sdra) as sdra,
        spoil(bad, 'comorbidity_code', 'OUI', comorbidite) as comorbidite
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
        coalesce(id_fiche, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(service, ''),
        coalesce(departement, ''),
        case bad
            when 'date_french' then strftime(date_admission, '%d/%m/%Y')
            else coalesce(date_admission::varchar, '')
        end,
        coalesce(sexe, ''),
        coalesce(age::varchar, ''),
        coalesce(sdra, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(comorbidite, '') || ';?'
        else ';' || coalesce(comorbidite, '')
    end as line
from as_text;
