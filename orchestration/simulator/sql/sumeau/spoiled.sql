-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_analyse) as id_analyse,
        spoil(bad, 'missing_laboratory', null, laboratoire) as laboratoire,
        case bad
            when 'missing_plant' then null
            when 'plant_pattern' then 'Paris/Seine'
            when 'plant_blank' then ' - '
            else station
        end as station,
        spoil(bad, 'departement_pattern', 'Nord', departement) as departement,
        spoil(bad, 'population_min', 99, population_raccordee) as population_raccordee,
        case bad
            when 'missing_date' then null
            when 'after_delivery' then received_on + 1
            else date_prelevement
        end as date_prelevement,
        spoil(bad, 'load_min', 0, charge_virale) as charge_virale,
        spoil(bad, 'remark_code', '2', remarque) as remarque,
        spoil(bad, 'nitrogen_max', 1000.5, azote_ammoniacal)::decimal(9, 2) as azote_ammoniacal
    )
from shaped;
