-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
select
    unnest(common),
    key_text(r) as id_sequence,
    platform as plateforme,
    survey as debut_enquete,
    region,
    sampled_on as date_prelevement,
    -- Some are said to be interpretable, and no lineage is told.
    case when lineage is null and pick(r, 'said_interpretable', 4) > 0 then 'N' else 'O' end as interpretable,
    lineage as lignee
from placed;
