{#
  The current version of each result among `versions` (a relation of record versions with their batch), in two states: as
  it stands now (sign 1) and as it stood when the cells were last brought up to date (sign -1); on a rebuild there is
  no state before. What was received once is current as it is: `int_testing__reissued` has all the rest, deletions
  included. A row to be erased, or of a delivery that was withdrawn, is no more in the state after that, and still in the
  state before. Of a version it keeps what is counted and where the row stands in the lake, by which it is found when it
  is to be forgotten.
#}
{% macro both_states(versions) -%}
    {%- set applied = applied_batch('int_testing__changes') -%}
    with signs as (

        select both_states.sign from (values (1), (-1)) as both_states (sign)
        where both_states.sign = 1 or {{ applied }} > 0

    ),

    withdrawn as (

        select * from {{ ref('int_testing__withdrawn_deliveries') }}

    ),

    reissued as (

        select * from {{ ref('int_testing__reissued') }}
        where delivery not in (select delivery from withdrawn where batch <= {{ applied }})

    ),

    reissued_states as (

        select
            reissued.*,
            signs.sign
        from reissued
        cross join signs
        where
            (signs.sign = 1 or reissued.batch <= {{ applied }})
            and (signs.sign = -1 or reissued.delivery not in (select delivery from withdrawn))

    ),

    winners as (

        select
            delivery,
            line,
            sign
        from ({{ standing_of_versions('reissued_states', 'result_key', 'laboratory', ['sign']) }}) as standing_versions
        where standing = 'current' and not is_deletion

    ),

    newly_withdrawn as (

        select delivery from withdrawn
        where batch > {{ applied }}

    ),

    current_versions as (

        select versions.*, signs.sign
        from {{ versions }} as versions
        cross join signs
        where
            versions.result_key not in (select result_key from reissued)
            and (signs.sign = 1 or versions.batch <= {{ applied }})
            and (signs.sign = -1 or versions.delivery not in (select delivery from newly_withdrawn))
        union all
        select versions.*, winners.sign
        from {{ versions }} as versions
        inner join winners on versions.delivery = winners.delivery and versions.line = winners.line

    )

    select
        current_versions.* exclude (record_version, record_kind, batch)
    from current_versions
    anti join {{ ref('int_testing__rows_to_erase') }} as erased
        on
            current_versions.delivery = erased.delivery and current_versions.line = erased.line
            and erased.side = 'raw'
            and (current_versions.sign = 1 or erased.batch <= {{ applied }})
{%- endmacro %}
