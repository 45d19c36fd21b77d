{#
  What became of each version of the records of a feed that were received more than once, or deleted: `used`,
  `deduplicated` (what holds is the same in all that is kept of it), `superseded` (what holds is another) or `deleted`
  (what holds withdraws the record). `versions` is a relation with all of them, but for rows that were erased or
  withdrawn; `key`, `sender` and which version holds are those of `standing_of_versions`; `content` are the columns that
  say something of the record; `persons` says whether a record is of one.
#}
{% macro fates_of_versions(versions, key, sender, content, persons=true) -%}
    select
        delivery,
        line,
        {{ key }},
        case
            when is_deletion then 'deleted'
            when standing = 'current' then 'used'
            when standing = 'repeated' and said = held then 'deduplicated'
            else 'superseded'
        end as fate
    from (
        select
            *,
            first_value(said) over (
                partition by {{ key }}, {{ 'person_key' if persons else 'null' }}, {{ sender }}, record_version
                order by {{ version_order('standing_versions') }} desc
            ) as held
        from (
            select
                standing_versions.*,
                concat_ws(
                    '|',
                    {%- for column in content %}
                    coalesce({{ column }}::varchar, ''){{ "," if not loop.last }}
                    {%- endfor %}
                ) as said
            from ({{ standing_of_versions(versions, key, sender, persons=persons) }}) as standing_versions
        ) as standing_versions
    ) as compared
{%- endmacro %}
