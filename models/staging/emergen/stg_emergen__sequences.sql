-- One row per accepted row of every delivery: all versions of each sequence, under the project's names and
-- vocabularies.
with emergen as (

    select * from {{ source('emergen', 'emergen') }}
    where received_on <= date '{{ var("as_of") }}'

),

-- Of the names that a lineage is or comes from, the longest.
told as (

    select
        emergen.*,
        (
            select max_by(vocabulary.variant, length(vocabulary.lineage))
            from {{ ref('variant_lineages') }} as vocabulary
            where
                emergen.debut_enquete between vocabulary.valid_from and vocabulary.valid_until
                and starts_with(emergen.lignee || '.', vocabulary.lineage || '.')
        ) as variant
    from emergen

),

stg_emergen__sequences as (

    select
        id_sequence as sequence_key,
        version as record_version,
        nature as record_kind,
        plateforme as platform,
        debut_enquete as survey_from,
        debut_enquete + 6 as survey_until,
        coalesce(region, 'unknown') as reg,
        date_prelevement as sampled_on,
        interpretable = 'O' and lignee is not null as is_interpretable,
        coalesce(lignee, 'unknown') as lineage,
        coalesce(variant, 'other') as variant,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from told

)

select * from stg_emergen__sequences
