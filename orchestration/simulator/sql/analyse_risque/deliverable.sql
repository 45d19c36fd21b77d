-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement end
            as departement,
        case bad
            when 'no_sunday' then fin_semaine - 1
            when 'week_after_delivery' then received_on + 8 - isodow(received_on + 1)::integer
            else fin_semaine
        end as fin_semaine,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        spoil(bad, 'level_code', 'FORTE', vulnerabilite) as vulnerabilite,
        case bad when 'zone_code' then 'oui' when 'missing_zone' then null else zone_circulation_active end
            as zone_circulation_active
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
        coalesce(departement, ''),
        case when bad = 'week_type' then strftime(fin_semaine, '%G-S%V') else fin_semaine::varchar end,
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(vulnerabilite, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(zone_circulation_active, '') || ';?'
        else ';' || coalesce(zone_circulation_active, '')
    end as line
from as_text;
