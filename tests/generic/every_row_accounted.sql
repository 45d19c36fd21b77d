{#
  Deliveries of which a row is lost or counted twice: received differs from the sum of where rows ended, or a part is
  negative.
#}
{% test every_row_accounted(model) %}

select *
from {{ model }}
where
    rows_received is distinct from (
        rows_used + rows_deduplicated + rows_superseded + rows_deleted + rows_quarantined + rows_erased
        + rows_withdrawn + rows_blank
    )
    or least(
        rows_used, rows_deduplicated, rows_superseded, rows_deleted, rows_quarantined, rows_erased, rows_withdrawn,
        rows_blank
    ) < 0

{% endtest %}
