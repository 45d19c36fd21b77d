-- The faults of bad rows that have the type of their column.
create or replace view spoiled as
select
    * replace (
        spoil_key(bad, id_releve) as id_releve,
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
from shaped;
