{#
  How the versions sent under one identifier stand to each other. An identifier is given by its sender, and senders give
  the same one twice: a version of another person or another sender, with the same version number, is no repetition but a
  record of its own. In full, a version is replaced

  - by a later arrival of the same person, sender and version number;
  - by a higher version of the same person and sender;
  - by a higher version of the same person from another sender, or of another person from the same sender, unless these
    have a lower version of their own, which that one corrects: then it is none of this record. So a correction may pass a
    record to another person or another sender. What has neither in common with a version never replaces it.

  Gives the rows of `versions`, a relation, with `standing` (`current`, `repeated` by the first rule, `replaced` by the
  others) and `is_deletion`: whether what holds in its place, or the row itself where it is current, deletes the record.
  `key` is the column of the identifier, `sender` that of who gave it; `apart` are columns whose values are looked at
  apart. Which rows of another person a version replaces depends on that person's rows alone, so that whoever is erased
  takes all of it along. Where no `persons` are known, all versions are of the same one.
#}
{% macro standing_of_versions(versions, key, sender, apart=[], persons=true) -%}
    {%- set keys = (apart + [key]) | join(', ') -%}
    {%- set person = 'person_key' if persons else 'null' -%}
    select
        * exclude (holds, opens_person, opens_sender, held_kind, strength, head),
        case
            when head >= 2 * record_version + 2 then 'replaced' when holds then 'current' else 'repeated'
        end as standing,
        case
            when head >= 2 * record_version + 2 then head % 2 = 1 else held_kind = 'deletion'
        end as is_deletion
    from (
        select
            *,
            greatest(
                max(strength) over (partition by {{ keys }}, {{ person }}, {{ sender }}),
                max(case when opens_sender then strength end) over (partition by {{ keys }}, {{ person }}),
                max(case when opens_person then strength end) over (partition by {{ keys }}, {{ sender }})
            ) as head
        from (
            -- One number for the version and what it does: an odd one deletes.
            select
                *,
                case when holds then 2 * record_version + (record_kind = 'deletion')::int end as strength
            from (
                select
                    versions.*,
                    row_number() over last_first = 1 as holds,
                    first_value(versions.record_kind) over last_first as held_kind,
                    versions.record_version = min(versions.record_version) over (
                        partition by {{ keys }}, {{ person }}, versions.{{ sender }}
                    ) as opens_sender,
                    versions.record_version = min(versions.record_version) over (
                        partition by {{ keys }}, {{ person }}
                    ) as opens_person
                from {{ versions }} as versions
                window last_first as (
                    partition by {{ keys }}, {{ person }}, versions.{{ sender }}, versions.record_version
                    order by {{ version_order('versions') }} desc
                )
            ) as opened
        ) as weighed
    ) as headed
{%- endmacro %}
