{#
  Official indicators of which the output does not exist, that are covered and explained away at once, or neither.
#}
{% test covered_or_explained(model) %}

select id
from {{ model }}
where
    (coalesce(covered_by, '') <> '') <> is_covered
    or is_covered = (coalesce(why_not_fr, '') <> '')
    or is_covered = (coalesce(why_not_en, '') <> '')

{% endtest %}
