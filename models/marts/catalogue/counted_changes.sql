-- What each batch of deliveries changed in the published figures that revisions explain, and why. `explains` says where
-- each measure is published by day and département, every sex and age together: the figure of which column of which
-- dataset, in which rows. Nothing is explained in public that is not published so.
{{ config(meta={'explains': explained_by_themes()}) }}

with counted_changes as (

    {{ counted_of_themes() }}

)

select * from counted_changes
