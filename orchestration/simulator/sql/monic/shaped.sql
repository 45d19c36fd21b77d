-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_cluster,
    agency as agence,
    dep as departement,
    place_kind as type_collectivite,
    criticality as criticite,
    state as statut,
    cases::integer as nombre_cas,
    day as date_signalement,
    closed_on as date_cloture
from placed;
