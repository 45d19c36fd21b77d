{#
  Hot and cold: the older months of a model that accumulates differences are sealed in Parquet files beside the
  warehouse, one per month (see `orchestration/warehouse/sealing.py`). A file holds the sums up to a batch.
#}

{# Name pattern of the sealed files of a model; `month` is the first day of one. #}
{% macro sealed_files(model, month='*') -%}
    '{{ env_var("VIGIE_WAREHOUSE", env_var("VIGIE_HOME", "var") ~ "/warehouse") }}/sealed__{{ model }}__{{ month }}.parquet'
{%- endmacro %}


{# Hook after such a model: a file without rows, so that there is always one to read. #}
{% macro lay_out_sealed() -%}
    copy (select *, null::date as month, 0::bigint as generation from {{ this }} where false)
    to {{ sealed_files(this.identifier, 'none') }} (format parquet)
{%- endmacro %}


{# The sealed sums of a model that are of the present generation of its theme, as the model `batches` has it. #}
{% macro sealed_sums(model, batches) -%}
    select * from read_parquet({{ sealed_files(model) }}, union_by_name = true)
    where generation = (select max(generation) from {{ ref(batches) }})
{%- endmacro %}


{#
  All that the changes of a theme have accumulated, to be summed: the sealed sums of older months, and the differences of
  the batches that they do not hold; without the marks of deliveries.
#}
{% macro accumulated(theme) -%}
    {%- set model, batches = model_of(theme, 'changes'), model_of(theme, 'batches') -%}
    select * from ({{ sealed_sums(model, batches) }}) as sealed
    union all by name
    select changes.*
    from {{ ref(model) }} as changes
    left join (
        select
            month,
            max(batch) as batch
        from ({{ sealed_sums(model, batches) }}) as sealed
        group by month
    ) as sealed_until on date_trunc('month', changes.day) = sealed_until.month
    where changes.cell_level <> 'delivery' and changes.batch > coalesce(sealed_until.batch, 0)
{%- endmacro %}


{# The generation of a theme: it stays from run to run, a rebuild begins a new one. #}
{% macro generation() -%}
    {%- if is_incremental() -%}
        coalesce((select max(generation) from {{ this }}), epoch_us(now()))
    {%- else -%}
        epoch_us(now())
    {%- endif -%}
{%- endmacro %}
