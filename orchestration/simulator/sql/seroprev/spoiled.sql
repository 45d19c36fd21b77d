-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_echantillon) as id_echantillon,
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
from shaped;
