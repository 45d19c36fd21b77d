{#
  Events that `int_hospital__set_aside` holds as set aside, of the stays read again (`touched`), that are set aside no
  more: the CTE `sequences` has those that still are. No row when the model is being (re)built.
#}
{% macro no_longer_set_aside(touched) -%}
    {%- if is_incremental() -%}
        select held.* replace ('settled' as reason)
        from {{ this }} as held
        semi join {{ touched }} as touched on held.stay_key = touched.stay_key
        anti join sequences
            on
                held.event_key = sequences.event_key and held.person_key = sequences.person_key
                and held.finess = sequences.finess
    {%- else -%}
        select
            event_key,
            stay_key,
            person_key,
            finess,
            event,
            dep,
            occurred_on,
            verdict as reason,
            delivery,
            line
        from sequences
        where false
    {%- endif -%}
{%- endmacro %}
