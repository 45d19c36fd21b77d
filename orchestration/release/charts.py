"""The small plot of a methods page: an SVG that takes its colours from the page, so that it follows light and dark."""

from collections.abc import Sequence

import altair as alt
import vl_convert

WIDTH, HEIGHT = 640, 190
# Stand-ins that no chart library would choose, replaced by the variables of the page's style sheet.
_COLOURS = {
    "#010101": "var(--ink-soft)",
    "#020202": "var(--rule)",
    "#030303": "var(--accent)",
    "#040404": "var(--band)",
    "#050505": "var(--paper)",
}


def line_chart(points: Sequence[dict], language: str, label: str) -> str:
    """A line with its confidence band, as inline SVG.

    `points` hold `period_end` (ISO text), `value`, `ci_low`, `ci_high` and `status`; provisional ones are drawn hollow.
    """
    data = alt.Data(values=list(points))
    french = language == "fr"
    x = alt.X(
        "period_end:T",
        title=None,
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format="%-d %b %y" if french else "%-d %b %y", labelOverlap="parity", tickCount=7, grid=False),
    )
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(tickCount=4, format=","))
    base = alt.Chart(data)
    line = base.mark_line(color="#030303", strokeWidth=1.8, interpolate="linear").encode(x=x, y=y)
    layers = [line]
    if any(p.get("ci_low") is not None for p in points):
        band = base.mark_area(color="#040404", opacity=1).encode(x=x, y=alt.Y("ci_low:Q", title=None), y2="ci_high:Q")
        layers.insert(0, band)
    if any(p.get("status") == "provisional" for p in points):
        layers.append(
            base.mark_point(color="#030303", fill="#050505", size=26, strokeWidth=1.4)
            .encode(x=x, y=y)
            .transform_filter("datum.status == 'provisional'")
        )
    chart = (
        alt.layer(*layers)
        .properties(width=WIDTH, height=HEIGHT, background="transparent", padding=4)
        .configure(font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor="#010101", gridColor="#020202", tickColor="#020202", domainColor="#020202", labelFontSize=11
        )
    )
    locale = "fr-FR" if french else "en-GB"
    svg = vl_convert.vegalite_to_svg(
        chart.to_dict(), format_locale="fr-FR" if french else "en-US", time_format_locale=locale
    )
    for stand_in, variable in _COLOURS.items():
        svg = svg.replace(stand_in, variable)
    return _accessible(svg, label)


def _accessible(svg: str, label: str) -> str:
    """Scale with the page, and speak as one image: the table beside it holds the figures."""
    head, _, body = svg.partition(">")
    label = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    view = head[head.index("viewBox=") :]
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" {view}>{body}'
