-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_injection end as id_injection,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        case bad when 'missing_person' then null when 'person_pattern' then 'Durand' else id_personne end as id_personne,
        case bad when 'missing_centre' then null when 'centre_pattern' then 'centre 1' else id_centre end as id_centre,
        case bad
            when 'missing_date' then null
            when 'date_min' then date '2020-12-26'
            when 'after_delivery' then received_on + 1
            when 'product_before_authorisation' then date '2020-12-27'
            else date_injection
        end as date_injection,
        spoil(bad, 'rank_max', 10, rang) as rang,
        case bad
            when 'product_code' then '7'
            when 'product_before_authorisation' then '6'
            when 'date_min' then '1'
            when 'missing_date' then null
            else vaccin
        end as vaccin,
        spoil(bad, 'complete_code', '1', schema_complet) as schema_complet,
        spoil(bad, 'booster_min', 0, rappel) as rappel,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_max', 121, age) as age,
        spoil(bad, 'commune_pattern', 'Lyon', commune_residence) as commune_residence,
        spoil(bad, 'departement_pattern', 'Ain', departement_residence) as departement_residence,
        spoil(bad, 'injection_place_pattern', 'Ain', departement_injection) as departement_injection,
        spoil(bad, 'group_code', 'AUTRE', public) as public
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
        coalesce(id_injection, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(id_personne, ''),
        coalesce(id_centre, ''),
        case bad
            when 'date_type' then '2021-02-30'
            when 'date_french' then strftime(date_injection, '%d/%m/%Y')
            else coalesce(date_injection::varchar, '')
        end,
        coalesce(rang::varchar, ''),
        coalesce(vaccin, ''),
        coalesce(schema_complet, ''),
        coalesce(rappel::varchar, ''),
        coalesce(sexe, ''),
        coalesce(age::varchar, ''),
        coalesce(commune_residence, ''),
        coalesce(departement_residence, ''),
        coalesce(departement_injection, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(public, '') || ';?'
        else ';' || coalesce(public, '')
    end as line
from as_text;
