{#
  The accepted deliveries of some feeds, each with the number of the batch (the run) that first saw it: the body of a
  theme's `int_<theme>__batches`. A theme numbers its own batches, so that what comes to another is none of its concern.
  All bear the generation of the theme, which a rebuild changes: what was sealed before it counts no more. `feeds` are the
  feeds of the theme, and `erasure` where they hold persons.
#}
{% macro batches_of(feeds) -%}
    select
        feed,
        delivery,
        file,
        received_on,
        {{ applied_batch(this.identifier) }} + 1 as batch,
        {{ generation() }} as generation
    from (
        {%- for feed in feeds %}
        select * from {{ ref('stg_' ~ feed ~ '__deliveries') }}
        {%- if not loop.last %}
        union all by name
        {%- endif %}
        {%- endfor %}
    ) as deliveries
    where verdict = 'accepted' and {{ not_yet_in_this('feed, delivery') }}
{%- endmacro %}
