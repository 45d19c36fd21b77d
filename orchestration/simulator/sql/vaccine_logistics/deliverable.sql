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
        spoil(bad, 'depot_pattern', 'Lyon', depot) as depot,
        spoil(bad, 'departement_pattern', 'Ain', departement) as departement,
        spoil(bad, 'product_code', '7', vaccin) as vaccin,
        case bad
            when 'no_sunday' then fin_semaine - 1
            when 'week_after_delivery' then received_on + 8 - isodow(received_on + 1)::integer
            else fin_semaine
        end as fin_semaine,
        spoil(bad, 'delivered_min', -1, doses_livrees) as doses_livrees,
        spoil(bad, 'stock_min', -1, doses_en_stock) as doses_en_stock
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
        coalesce(id_releve, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        depot,
        departement,
        coalesce(vaccin, ''),
        fin_semaine::varchar,
        case when bad = 'doses_type' then 'mille' else coalesce(doses_livrees::varchar, '') end
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(doses_en_stock::varchar, '') || ';?'
        else ';' || coalesce(doses_en_stock::varchar, '')
    end as line
from as_text;
