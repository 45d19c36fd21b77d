-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_releve) as id_releve,
        spoil(bad, 'establishment_pattern', 'CHU de Lyon', etablissement) as etablissement,
        spoil(bad, 'region_pattern', 'Bretagne', region) as region,
        case bad
            when 'no_sunday' then fin_semaine - 1
            when 'week_after_delivery' then received_on + 8 - isodow(received_on + 1)::integer
            else fin_semaine
        end as fin_semaine,
        spoil(bad, 'infected_min', -1, professionnels_infectes) as professionnels_infectes
    )
from shaped;
