-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_echantillon end as id_echantillon,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        case bad when 'missing_person' then null when 'person_pattern' then 'Durand' else id_personne end as id_personne,
        spoil(bad, 'laboratory_pattern', 'labo', laboratoire) as laboratoire,
        case bad when 'missing_wave' then null when 'wave_max' then 201 else vague end as vague,
        case bad
            when 'after_delivery' then received_on
            when 'ends_first' then fin_vague + 1
            else debut_vague
        end as debut_vague,
        spoil(bad, 'after_delivery', received_on + 1, fin_vague) as fin_vague,
        spoil(bad, 'weight_max', 10000.5, poids)::decimal(9, 4) as poids,
        spoil(bad, 'missing_stratum', null, strate) as strate,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_max', 121, age) as age,
        spoil(bad, 'region_pattern', 'Corse', region) as region,
        spoil(bad, 'result_code', 'POS', resultat) as resultat
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
        coalesce(id_echantillon, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(id_personne, ''),
        coalesce(laboratoire, ''),
        coalesce(vague::varchar, ''),
        coalesce(debut_vague::varchar, ''),
        case bad when 'date_french' then strftime(fin_vague, '%d/%m/%Y') else coalesce(fin_vague::varchar, '') end,
        case bad when 'weight_comma' then '1,25' else coalesce(poids::varchar, '') end,
        coalesce(strate, ''),
        coalesce(sexe, ''),
        coalesce(age::varchar, ''),
        coalesce(region, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(resultat, '') || ';?'
        else ';' || coalesce(resultat, '')
    end as line
from as_text;
