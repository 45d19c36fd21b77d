{#
  What became of each version of the records of a feed that were received more than once, or deleted: `used`,
  `deduplicated` (the current version again), `superseded` (an older version) or `deleted` (the current version withdraws
  the record). Rows to be erased have left. `versions` is a relation with every version, `key` the column that names the
  record in it, `rows_to_erase` the relation of the rows to be erased.
#}
{% macro fates_of_versions(versions, key, rows_to_erase) -%}
    select
        delivery,
        line,
        {{ key }},
        case
            when current_kind = 'deletion' then 'deleted'
            when rank = 1 then 'used'
            when record_version = current_version then 'deduplicated'
            else 'superseded'
        end as fate
    from (
        select
            versions.*,
            row_number() over current_first as rank,
            first_value(versions.record_version) over current_first as current_version,
            first_value(versions.record_kind) over current_first as current_kind
        from {{ versions }} as versions
        semi join (
            select {{ key }} from {{ versions }} group by {{ key }}
            having count(*) > 1 or bool_or(record_kind = 'deletion')
        ) as repeated on versions.{{ key }} = repeated.{{ key }}
        anti join {{ rows_to_erase }} as erased
            on
                versions.delivery = erased.delivery and versions.line = erased.line
                and erased.side = 'raw'
        window current_first as (
            partition by versions.{{ key }} order by {{ version_order('versions') }} desc
        )
    ) as ranked
{%- endmacro %}
