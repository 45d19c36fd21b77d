-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_bilan,
    key_text(declaration) as id_signalement,
    establishment as id_etablissement,
    establishment_kind as type_etablissement,
    dep as departement,
    signs_on as date_premiers_signes,
    minute_time((day - date '2020-01-01') * 1440 + minute) as date_bilan,
    stage as etape,
    residents,
    staff as personnel,
    residents_confirmed::integer as cas_confirmes_residents,
    residents_possible::integer as cas_possibles_residents,
    staff_confirmed::integer as cas_confirmes_personnel,
    staff_possible::integer as cas_possibles_personnel,
    deaths_home::integer as deces_etablissement,
    deaths_hospital::integer as deces_hopital
from placed;
