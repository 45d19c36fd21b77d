-- A bad row is of an open cluster, or of a closed one where its fault is in the closing.
create or replace view bad_clusters as
select
    * replace (
        case
            when bad in ('closed_without_its_day', 'closing_before_report', 'closing_after_delivery') then 'CLOTURE'
            else 'INVESTIGATION'
        end as statut,
        null::date as date_cloture
    )
from shaped
where kind = 'bad_row';

-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_cluster end as id_cluster,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
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
from bad_clusters
where not is_text_only(r);

-- The same as lines of text, and the faults that only text can have.
create or replace view text_rows as
with as_text as (
    select * from typed_rows
    union all
    select * from bad_clusters
    where is_text_only(r)
)

select
    file,
    r,
    version,
    is_parquet,
    concat_ws(
        ';',
        coalesce(id_cluster, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        agence,
        coalesce(departement, ''),
        type_collectivite,
        coalesce(criticite, ''),
        statut,
        case when bad = 'cases_type' then 'dix' else nombre_cas::varchar end,
        coalesce(date_signalement::varchar, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(date_cloture::varchar, '') || ';?'
        else ';' || coalesce(date_cloture::varchar, '')
    end as line
from as_text;
