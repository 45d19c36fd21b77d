{#
  Hook after every model and seed, in the transaction that writes it: what it was built from, as Vigie expects it before
  dbt starts (see `orchestration/gate/stamps.py`). Built by hand there is nothing that is expected, so that the stamp of
  the node goes and the gate knows it no longer.
#}
{% macro stamp() -%}
    {%- if adapter.get_relation(this.database, 'gate', 'built') is none -%}
        select 1
    {%- else -%}
        delete from gate.built where node = '{{ model.unique_id }}';
        insert into gate.built
        select node, definition, rules, data, generation, now() as built_at
        from gate.expected
        where node = '{{ model.unique_id }}' and token = '{{ env_var("VIGIE_BUILD", "") }}'
    {%- endif -%}
{%- endmacro %}


{#
  Whether this run makes the node from the beginning instead of bringing in what is new: on `--full-refresh`, or when
  Vigie found that what the theme accumulated was counted by other rules.
#}
{% macro is_refreshed() -%}
    {%- set refreshed = [flags.FULL_REFRESH] -%}
    {%- if execute and not flags.FULL_REFRESH and adapter.get_relation(this.database, 'gate', 'expected') is not none -%}
        {%- set query -%}
            select 1 from gate.expected
            where node = '{{ model.unique_id }}' and token = '{{ env_var("VIGIE_BUILD", "") }}' and refresh
        {%- endset -%}
        {%- do refreshed.append(run_query(query).rows | length > 0) -%}
    {%- endif -%}
    {{ return(refreshed[-1]) }}
{%- endmacro %}


{#
  Whether SQL is rendered for its definition only (`dbt compile --no-introspect`): then a watermark is a name and nothing
  is asked of the warehouse.
#}
{% macro is_symbolic() -%}
    {{ return(execute and flags.INTROSPECT is sameas false) }}
{%- endmacro %}


{# As dbt has it; in a definition, whether this is the branch of an incremental run. #}
{% macro is_incremental() -%}
    {%- if is_symbolic() -%}
        {{ return(model.config.materialized == 'incremental' and not flags.FULL_REFRESH) }}
    {%- endif -%}
    {{ return(dbt.is_incremental()) }}
{%- endmacro %}


{# As dbt has it, and when Vigie says so: see `is_refreshed`. #}
{% macro should_full_refresh() -%}
    {{ return(config.get('full_refresh') or is_refreshed()) }}
{%- endmacro %}
