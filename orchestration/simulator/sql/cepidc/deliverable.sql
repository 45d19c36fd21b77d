-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_certificat end as id_certificat,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        spoil(bad, 'establishment_pattern', 'CHU', etablissement) as etablissement,
        case bad when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement end
            as departement,
        spoil(bad, 'kind_code', 'HOTEL', lieu) as lieu,
        case bad
            when 'missing_date' then null
            when 'date_min' then date '2017-12-31'
            when 'death_later' then received_on + 1
            else date_deces
        end as date_deces,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_max', 121, age) as age,
        spoil(bad, 'causes_pattern', 'grippe', causes) as causes
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
        coalesce(id_certificat, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(etablissement, ''),
        coalesce(departement, ''),
        coalesce(lieu, ''),
        case bad
            when 'date_type' then date_deces::varchar || 'T'
            when 'date_french' then strftime(date_deces, '%d/%m/%Y')
            else coalesce(date_deces::varchar, '')
        end,
        coalesce(sexe, ''),
        coalesce(age::varchar, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(causes, '') || ';?'
        else ';' || coalesce(causes, '')
    end as line
from as_text;
