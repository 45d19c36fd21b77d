-- One row per accepted row of every delivery: all versions of each cluster, under the project's names and vocabularies.
with monic as (

    select * from {{ source('monic', 'monic') }}

),

stg_monic__clusters as (

    select
        id_cluster as cluster_key,
        version as record_version,
        nature as record_kind,
        agence as agency,
        departement as dep,
        case type_collectivite
            {% for name, of in places_of_clusters().items() -%}
                {% for code in of.codes -%}
                    when '{{ code }}' then '{{ name }}'
                {% endfor -%}
            {% endfor -%}
        end as place_kind,
        case criticite
            when 'LIMITEE' then 'limited' when 'MODEREE' then 'moderate' when 'ELEVEE' then 'high' else 'unknown'
        end as criticality,
        case statut
            when 'INVESTIGATION' then 'investigated'
            when 'MAITRISE' then 'controlled'
            when 'DIFFUSION' then 'spread'
            else 'closed'
        end as state,
        nombre_cas as cases,
        date_signalement as reported_on,
        date_cloture as closed_on,
        delivery,
        line,
        coalesce(arrival, 0) as arrival,
        received_on
    from monic
    where received_on <= date '{{ var("as_of") }}'

)

select * from stg_monic__clusters
