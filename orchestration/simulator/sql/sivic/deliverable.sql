-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_evenement end as id_evenement,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        case bad when 'missing_patient' then null when 'patient_pattern' then 'Jeanne Martin' else id_patient end
            as id_patient,
        spoil(bad, 'missing_stay', null, id_sejour) as id_sejour,
        spoil(bad, 'finess_pattern', 'CHU Nord', finess) as finess,
        case bad when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement_hopital end
            as departement_hopital,
        case bad
            when 'missing_event' then null
            when 'event_code' then 'SORTIE'
            when 'arrival_without_unit' then 'ADMISSION'
            else type_evenement
        end as type_evenement,
        case bad when 'unit_code' then 'REA' when 'arrival_without_unit' then null else unite end as unite,
        spoil(bad, 'event_date_min', timestamp '2019-12-31 10:00:00', date_evenement) as date_evenement,
        case bad
            when 'missing_declaration' then null
            when 'declared_after_delivery' then received_on::timestamp + interval '33 hours'
            when 'declared_before_event' then date_evenement - interval '10 minutes'
            else date_declaration
        end as date_declaration,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        case bad when 'age_max' then 134 when 'age_min' then -1 else age end as age,
        spoil(bad, 'residence_pattern', 'Ain', departement_residence) as departement_residence,
        spoil(bad, 'commune_pattern', 'PARIS', commune_residence) as commune_residence,
        spoil(bad, 'cause_code', 'COVID', motif) as motif
    )
from shaped
where kind = 'bad_row' and not is_text_only(r);

-- The same as lines of text, and the faults that only text can have.
create or replace view text_rows as
with as_text as (
    select * from typed_rows
    union all
    select * from shaped
    where kind = 'bad_row' and is_text_only(r)
)

select
    file,
    r,
    version,
    is_parquet,
    concat_ws(
        ';',
        coalesce(id_evenement, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(id_patient, ''),
        coalesce(id_sejour, ''),
        finess,
        coalesce(departement_hopital, ''),
        coalesce(type_evenement, ''),
        coalesce(unite, ''),
        case
            when bad = 'event_date_type' then date_evenement::date::varchar || ' 25:61:00'
            else date_evenement::varchar
        end,
        case
            when bad = 'declaration_french' then strftime(date_declaration, '%d/%m/%Y %H:%M')
            else coalesce(date_declaration::varchar, '')
        end,
        coalesce(sexe, ''),
        case when bad = 'age_type' then 'trente' else coalesce(age::varchar, '') end,
        coalesce(departement_residence, ''),
        coalesce(commune_residence, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(motif, '') || ';?'
        else ';' || coalesce(motif, '')
    end as line
from as_text;
