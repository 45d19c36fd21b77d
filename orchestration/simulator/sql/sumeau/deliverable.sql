-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_analyse end as id_analyse,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        spoil(bad, 'missing_laboratory', null, laboratoire) as laboratoire,
        case bad when 'missing_plant' then null when 'plant_pattern' then 'Paris/Seine' else station end as station,
        spoil(bad, 'departement_pattern', 'Nord', departement) as departement,
        spoil(bad, 'population_min', 99, population_raccordee) as population_raccordee,
        case bad
            when 'missing_date' then null
            when 'after_delivery' then received_on + 1
            else date_prelevement
        end as date_prelevement,
        spoil(bad, 'load_min', 0, charge_virale) as charge_virale,
        spoil(bad, 'remark_code', '2', remarque) as remarque,
        spoil(bad, 'nitrogen_max', 1000.5, azote_ammoniacal)::decimal(9, 2) as azote_ammoniacal
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
        coalesce(id_analyse, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(laboratoire, ''),
        coalesce(station, ''),
        coalesce(departement, ''),
        coalesce(population_raccordee::varchar, ''),
        coalesce(date_prelevement::varchar, ''),
        coalesce(charge_virale::varchar, ''),
        coalesce(remarque, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'nitrogen_comma' then ';31,5'
        when 'too_many_fields' then ';' || coalesce(azote_ammoniacal::varchar, '') || ';?'
        else ';' || coalesce(azote_ammoniacal::varchar, '')
    end as line
from as_text;
