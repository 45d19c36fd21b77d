-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
-- A bad row is of an open cluster, or of a closed one where its fault is in the closing.
with bad_clusters as (
    select
        * replace (
            case
                when bad in ('closed_without_its_day', 'closing_before_report', 'closing_after_delivery') then 'CLOTURE'
                else 'INVESTIGATION'
            end as statut,
            null::date as date_cloture
        )
    from shaped
)

select
    * replace (
        spoil_key(bad, id_cluster) as id_cluster,
        spoil(bad, 'agency_pattern', 'Lyon', agence) as agence,
        case bad
            when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement
        end as departement,
        case bad
            when 'kind_code' then 'MAIRIE'
            when 'kind_of_another_time'
                then case when date_signalement < date '2020-09-01' then 'SCOLAIRE' else 'SCOLAIRE_UNIVERSITAIRE' end
            -- A report of which the day is wrong or missing is of a kind of all times.
            when 'report_after_delivery' then 'AUTRE'
            when 'missing_report' then 'AUTRE'
            else type_collectivite
        end as type_collectivite,
        spoil(bad, 'criticality_code', 'FORTE', criticite) as criticite,
        spoil(bad, 'state_code', 'OUVERT', statut) as statut,
        spoil(bad, 'cases_min', -1, nombre_cas) as nombre_cas,
        case bad
            when 'missing_report' then null when 'report_after_delivery' then received_on + 1 else date_signalement
        end as date_signalement,
        case bad
            when 'closing_before_report' then date_signalement - 1
            when 'closing_after_delivery' then received_on + 1
            else date_cloture
        end as date_cloture
    )
from bad_clusters;
