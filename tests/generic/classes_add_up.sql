{#
  Cells of a cube in which, along one axis, the classes and what is unknown do not add up to the total, for any of
  `measures`. `axis` is the column of the axis, `total` its condition for the total, `parts` its condition for the parts,
  `keys` the other keys of the cell.
#}
{% test classes_add_up(model, keys, total, parts, measures) %}

select
    {{ keys | join(', ') }}
    {%- for measure in measures %},
    coalesce(sum({{ measure }}) filter ({{ total }}), 0) as {{ measure }}_total,
    coalesce(sum({{ measure }}) filter ({{ parts }}), 0) as {{ measure }}_parts
    {%- endfor %}
from {{ model }}
where ({{ total }}) or ({{ parts }})
group by {{ keys | join(', ') }}
having
    {%- for measure in measures %}
    {{ measure }}_total <> {{ measure }}_parts{{ " or" if not loop.last }}
    {%- endfor %}

{% endtest %}
