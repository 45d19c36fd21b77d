-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_releve) as id_releve,
        spoil(bad, 'unit_pattern', 'Lyon', cellule) as cellule,
        spoil(bad, 'region_pattern', 'Bretagne', region) as region,
        case bad when 'missing_day' then null when 'after_delivery' then received_on + 1 else jour end as jour,
        spoil(bad, 'reservists_min', -1, reservistes) as reservistes
    )
from shaped;
