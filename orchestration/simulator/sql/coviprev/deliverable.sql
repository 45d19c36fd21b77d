-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_feuille end as id_feuille,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        case bad when 'missing_person' then null when 'person_pattern' then 'Durand' else id_repondant end
            as id_repondant,
        spoil(bad, 'institute_pattern', 'institut', institut) as institut,
        case bad when 'missing_wave' then null when 'wave_pattern' then 'douzième' else vague end as vague,
        case bad
            when 'wave_min' then date '2020-02-29'
            when 'after_delivery' then received_on
            when 'ends_first' then fin_vague + 1
            else debut_vague
        end as debut_vague,
        case bad
            when 'wave_min' then date '2020-03-02'
            when 'after_delivery' then received_on + 1
            else fin_vague
        end as fin_vague,
        spoil(bad, 'weight_max', 1000.5, poids)::decimal(9, 4) as poids,
        spoil(bad, 'missing_stratum', null, strate) as strate,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        spoil(bad, 'age_min', 17, age) as age,
        spoil(bad, 'region_pattern', 'Corse', region) as region,
        spoil(bad, 'points_max', 22, had_anxiete) as had_anxiete,
        spoil(bad, 'measure_code', 'X', mes_masque) as mes_masque
    )
from shaped
where kind = 'bad_row' and not is_text_only(r);

-- The same as lines of text, with the faults that only text can have, and the empty lines at the end of a file that a
-- spreadsheet leaves.
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
        coalesce(id_feuille, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(id_repondant, ''),
        coalesce(institut, ''),
        coalesce(vague, ''),
        coalesce(debut_vague::varchar, ''),
        case bad when 'date_french' then strftime(fin_vague, '%d/%m/%Y') else coalesce(fin_vague::varchar, '') end,
        case bad when 'weight_comma' then '1,25' else coalesce(poids::varchar, '') end,
        coalesce(strate, ''),
        coalesce(sexe, ''),
        coalesce(age::varchar, ''),
        coalesce(region, ''),
        coalesce(had_anxiete::varchar, ''),
        coalesce(had_depression::varchar, ''),
        coalesce(pb_sommeil, ''),
        coalesce(satisfaction_vie::varchar, ''),
        coalesce(intention_vaccin, ''),
        coalesce(mes_mains, ''),
        coalesce(mes_coude, ''),
        coalesce(mes_mouchoir, ''),
        coalesce(mes_saluer, ''),
        coalesce(mes_distance, ''),
        coalesce(mes_sorties, ''),
        coalesce(mes_rassemblements, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(mes_masque, '') || ';?'
        else ';' || coalesce(mes_masque, '')
    end as line
from as_text
union all
select
    file,
    18446744073709551615::ubigint as r,
    number::integer as version,
    is_parquet,
    repeat(';', 25) as line
from files
cross join (select unnest(range(1, 9)) as number)
where not is_parquet and occurs(hash(hash(received_on, slot)), 'blank_rows', getvariable('blank_rows'));
