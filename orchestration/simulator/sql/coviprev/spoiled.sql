-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_feuille) as id_feuille,
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
from shaped;
