-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_deces end as id_deces,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        case bad when 'missing_commune' then null when 'commune_pattern' then 'Lyon' else commune end as commune,
        case bad
            when 'since_min' then date '1997-12-31'
            when 'since_later' then date_transmission + 1
            else envoi_depuis
        end as envoi_depuis,
        case bad
            when 'missing_date' then null
            when 'date_min' then date '2009-12-31'
            when 'death_later' then date_transmission + 1
            else date_deces
        end as date_deces,
        case bad
            when 'missing_transmission' then null
            when 'transmission_later' then received_on + 1
            else date_transmission
        end as date_transmission,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_max', 121, age) as age,
        spoil(bad, 'history_code', 'oui', reprise) as reprise
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
        coalesce(id_deces, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(commune, ''),
        coalesce(envoi_depuis::varchar, ''),
        case bad
            when 'date_type' then date_deces::varchar || 'T'
            when 'date_french' then strftime(date_deces, '%d/%m/%Y')
            else coalesce(date_deces::varchar, '')
        end,
        coalesce(date_transmission::varchar, ''),
        coalesce(sexe, ''),
        coalesce(age::varchar, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(reprise, '') || ';?'
        else ';' || coalesce(reprise, '')
    end as line
from as_text;
