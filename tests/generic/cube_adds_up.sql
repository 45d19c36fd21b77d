{#
  Cells of a cube by day of the theme named `theme` in which parts do not make the total: the sexes, the classes of each
  age scheme, the régions, the départements, each with what is unknown. `axis` says which, a cell is named by the other
  keys. `measures` are the figures that are looked at, all of the theme unless said.
#}
{% test cube_adds_up(model, theme, measures=none) %}

{%- set theme = themes(theme) | first %}
{%- set measures = measures or theme.figures | list %}
{%- set axes = [
    {'axis': 'sex', 'along': ['sex'], 'total': "sex = 'all'", 'parts': "sex <> 'all'"},
] %}
{%- set axes = axes[1:] if theme.get('sexes') == ['all'] else axes %}
{%- for place in places_of(theme) %}
{%- do axes.append({
    'axis': place | upper, 'along': ['geo_level', 'geo_code'],
    'total': "geo_level = '" ~ whole_of(theme).level ~ "'", 'parts': "geo_level = '" ~ place | upper ~ "'",
}) %}
{%- endfor %}
{%- for scheme in theme.age_schemes %}
{%- do axes.append({
    'axis': scheme, 'along': ['age_scheme', 'age_class'],
    'total': "age_scheme = 'all'", 'parts': "age_scheme = '" ~ scheme ~ "'",
}) %}
{%- endfor %}
{%- for of in axes %}
{%- set keys = cube_keys() | reject('in', of.along) | join(', ') %}
select
    '{{ of.axis }}' as axis,
    {{ keys }}
    {%- for measure in measures %},
    coalesce(sum({{ measure }}) filter ({{ of.total }}), 0) as {{ measure }}_total,
    coalesce(sum({{ measure }}) filter ({{ of.parts }}), 0) as {{ measure }}_parts
    {%- endfor %}
from {{ model }}
where ({{ of.total }}) or ({{ of.parts }})
group by {{ keys }}
having
    {%- for measure in measures %}
    {{ measure }}_total <> {{ measure }}_parts{{ " or" if not loop.last }}
    {%- endfor %}
{{ "union all by name" if not loop.last }}
{%- endfor %}

{% endtest %}
