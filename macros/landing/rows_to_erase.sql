{#
  The model `int_<theme>__rows_to_erase`: every row that the lake and the quarantine still hold of the persons of a
  theme who are to be erased, and the versions that such a row has replaced under another person's name (see
  `standing_of_versions`): without it they would count again; a delivery that was withdrawn replaces nothing. The
  rejected rows are in the model named like that of the records, with `_rejected`. A rejected row may be of any person
  of whom it holds what may be the pseudonym. `person_keys` are the persons for whom a row goes: they are to be
  forgotten elsewhere too, and nobody else is.
#}
{% macro rows_to_erase_of(theme) -%}
    {%- do config(materialized='table') -%}
    {%- set records, key, sender = theme.records, theme.key, theme.sender -%}
    {%- set persons, withdrawn = model_of(theme, 'erased_persons'), model_of(theme, 'withdrawn_deliveries') -%}
    select
        'raw' as side,
        records.delivery,
        records.line,
        persons.batch,
        [persons.person_key] as person_keys
    from {{ ref(records) }} as records
    inner join {{ ref(persons) }} as persons on records.person_key = persons.person_key
    union all
    select
        'raw' as side,
        records.delivery,
        records.line,
        min(theirs.batch) as batch,
        list_sort(list(distinct theirs.person_key)) as person_keys
    from (
        -- Written so that nothing is read when nobody is to be erased.
        select * from {{ ref(records) }}
        where {{ key }} in (
            select versions.{{ key }}
            from {{ ref(records) }} as versions
            inner join {{ ref(persons) }} as persons on versions.person_key = persons.person_key
        )
    ) as records
    inner join (
        select
            versions.*,
            persons.batch
        from {{ ref(records) }} as versions
        inner join {{ ref(persons) }} as persons on versions.person_key = persons.person_key
        where versions.delivery not in (select delivery from {{ ref(withdrawn) }})
        qualify
            versions.record_version
            = min(versions.record_version) over (partition by versions.{{ key }}, versions.person_key)
    ) as theirs
        on
            records.{{ key }} = theirs.{{ key }}
            and records.{{ sender }} = theirs.{{ sender }}
            and records.record_version < theirs.record_version
    where records.person_key not in (select person_key from {{ ref(persons) }})
    group by records.delivery, records.line
    union all
    select
        'quarantine' as side,
        rejected.delivery,
        rejected.line,
        min(persons.batch) as batch,
        list_sort(list(distinct persons.person_key)) as person_keys
    from (
        select
            delivery,
            line,
            unnest(person_keys) as person_key
        from {{ ref(records ~ '_rejected') }}
    ) as rejected
    inner join {{ ref(persons) }} as persons on rejected.person_key = persons.person_key
    group by rejected.delivery, rejected.line
{%- endmacro %}
