-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_bilan end as id_bilan,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
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
        coalesce(id_bilan, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(id_signalement, ''),
        coalesce(id_etablissement, ''),
        type_etablissement,
        departement,
        coalesce(date_premiers_signes::varchar, ''),
        case bad
            when 'date_type' then date_bilan::date::varchar || ' 25:61:00'
            else coalesce(date_bilan::varchar, '')
        end,
        etape,
        coalesce(residents::varchar, ''),
        coalesce(personnel::varchar, ''),
        case when bad = 'count_type' then 'plusieurs' else coalesce(cas_confirmes_residents::varchar, '') end,
        coalesce(cas_possibles_residents::varchar, ''),
        coalesce(cas_confirmes_personnel::varchar, ''),
        coalesce(cas_possibles_personnel::varchar, ''),
        coalesce(deces_etablissement::varchar, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(deces_hopital::varchar, '') || ';?'
        else ';' || coalesce(deces_hopital::varchar, '')
    end as line
from as_text;
