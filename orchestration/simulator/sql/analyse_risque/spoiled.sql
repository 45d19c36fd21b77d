-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        case bad when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement end
            as departement,
        case bad
            when 'no_sunday' then fin_semaine - 1
            when 'week_after_delivery' then received_on + 8 - isodow(received_on + 1)::integer
            else fin_semaine
        end as fin_semaine,
        spoil(bad, 'level_code', 'FORTE', vulnerabilite) as vulnerabilite,
        case bad when 'zone_code' then 'oui' when 'missing_zone' then null else zone_circulation_active end
            as zone_circulation_active
    )
from shaped;
