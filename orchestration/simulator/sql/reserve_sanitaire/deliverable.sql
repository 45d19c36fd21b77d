-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_releve end as id_releve,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        spoil(bad, 'unit_pattern', 'Lyon', cellule) as cellule,
        spoil(bad, 'region_pattern', 'Bretagne', region) as region,
        case bad when 'missing_day' then null when 'after_delivery' then received_on + 1 else jour end as jour,
        spoil(bad, 'reservists_min', -1, reservistes) as reservistes
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
),

ended as (
    select
        *,
        case when bad = 'reservists_type' then 'dix' else coalesce(reservistes::varchar, '') end as last_field
    from as_text
)

select
    file,
    r,
    version,
    is_parquet,
    concat_ws(
        ';',
        coalesce(id_releve, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        cellule,
        region,
        coalesce(jour::varchar, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || last_field || ';?'
        else ';' || last_field
    end as line
from ended;
