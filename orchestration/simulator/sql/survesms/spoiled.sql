-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_bilan) as id_bilan,
        spoil(bad, 'missing_episode', null, id_signalement) as id_signalement,
        case bad when 'missing_establishment' then null when 'establishment_pattern' then 'Les Tilleuls' else id_etablissement end
            as id_etablissement,
        spoil(bad, 'kind_code', 'USLD', type_etablissement) as type_etablissement,
        spoil(bad, 'departement_pattern', 'Ain', departement) as departement,
        case bad
            when 'signs_after' then date_bilan::date + 2
            when 'date_min' then null
            else date_premiers_signes
        end as date_premiers_signes,
        case bad
            when 'missing_date' then null
            when 'date_min' then timestamp '2020-02-29 10:00:00'
            when 'after_delivery' then received_on::timestamp + interval '33 hours'
            else date_bilan
        end as date_bilan,
        spoil(bad, 'stage_code', 'FIN', etape) as etape,
        spoil(bad, 'residents_max', 10000, residents) as residents,
        spoil(bad, 'cases_min', -1, cas_possibles_residents) as cas_possibles_residents,
        spoil(bad, 'deaths_max', 10000, deces_etablissement) as deces_etablissement
    )
from shaped;
