"""The plot of a methods page, an SVG that takes its colours from the page, so that it follows light and dark; and the
data from which a script draws a curve in its place, as it does on the pages of themes."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version

import vl_convert
from markupsafe import Markup

#: The library that draws, of the version that the environment has, below the folder of a release.
BUNDLE = f"assets/vega-{version('vl-convert-python')}.js"
WIDTH, HEIGHT = 640, 190
#: The name of the data of what happened, in the plot.
EVENTS = "events"
# Stand-ins that no chart library would choose, replaced by the variables of the page's style sheet.
_COLOURS = {
    "#010101": "var(--ink-soft)",
    "#020202": "var(--rule)",
    "#030303": "var(--accent)",
    "#040404": "var(--band)",
    "#050505": "var(--paper)",
}


def embedded(content: object) -> Markup:
    """JSON as a page may hold it within a script."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def drawn(
    days: Sequence[str],
    figures: Mapping[str, Sequence[float | None] | None],
    provisional: str | None,
    due: str,
    words: tuple[int, str],
    events: Iterable[tuple[str, str, str]],
) -> dict:
    """A curve as the script of the pages draws it: `figures` are `value`, `low` and `high` of the `days` (the latter
    None where there is no interval), `provisional` the first provisional day, `due` the last that is due, `words` the
    decimals and the unit, and `events` what happened from when to when, of which those of other days are left out."""
    notes = [
        {"day": max(since, days[0]), "until": min(until, days[-1]), "text": text}
        for since, until, text in events
        if days[0] <= until and since <= days[-1]
    ]
    decimals, unit = words
    told = {"provisional": provisional, "due": due, "decimals": decimals, "unit": unit, "notes": notes}
    return {"day": list(days), **figures, **told}


def line_chart(points: Sequence[dict], language: str, label: str, events: Sequence[str] = ()) -> str:
    """A line with its confidence band, as inline SVG, and an upright one at each of the days of `events` (ISO text).

    `points` hold `period_end` (ISO text), `value`, `ci_low`, `ci_high` and `status`; provisional ones are drawn hollow.
    """
    french = language == "fr"
    has_band = any(p.get("ci_low") is not None for p in points)
    has_provisional = any(p.get("status") == "provisional" for p in points)
    shown = [p.get("ci_high") or p["value"] for p in points]
    plot = json.loads(_compiled(has_band, has_provisional, _axis_decimals(shown), bool(events)))
    given = {EVENTS: [{"period_end": day} for day in dict.fromkeys(events)]}
    for data in plot["data"]:
        if "values" in data:
            data["values"] = given.get(data["name"], list(points))
    svg = vl_convert.vega_to_svg(
        plot,
        format_locale="fr-FR" if french else "en-US",
        time_format_locale="fr-FR" if french else "en-GB",
    )
    for stand_in, variable in _COLOURS.items():
        svg = svg.replace(stand_in, variable)
    return _accessible(svg, label)


def two_lines(points: Sequence[dict], label: str) -> str:
    """A figure `before` (dashed) and `after`, as inline SVG; `points` hold both, numbers or None, by `day` (ISO)."""
    shown = [point.get(side) for point in points for side in ("before", "after")]
    layers = [
        {
            "mark": {"type": "line", "color": colour, "strokeWidth": 1.8, "strokeDash": dash},
            "transform": [{"filter": f"isValid(datum.{side})"}],
            "encoding": {"x": _axis("day"), "y": _figure(side, _axis_decimals(shown))},
        }
        for side, colour, dash in (("before", "#010101", [5, 3]), ("after", "#030303", [1, 0]))
    ]
    svg = vl_convert.vegalite_to_svg(_plot(points, layers), format_locale="en-US", time_format_locale="en-GB")
    for stand_in, variable in _COLOURS.items():
        svg = svg.replace(stand_in, variable)
    return _accessible(svg, label)


@cache
def _compiled(has_band: bool, has_provisional: bool, decimals: int, has_events: bool) -> str:
    """The plot in Vega, as JSON, still without points: to compile Vega-Lite costs as much as to draw."""
    return json.dumps(vl_convert.vegalite_to_vega(_specification(has_band, has_provisional, decimals, has_events)))


def _specification(has_band: bool, has_provisional: bool, decimals: int, has_events: bool) -> dict:
    """The plot in Vega-Lite, as a plain dictionary: checking it costs more than drawing it."""
    x, y = _axis("period_end"), _figure("value", decimals)
    layers = [{"mark": {"type": "line", "color": "#030303", "strokeWidth": 1.8}, "encoding": {"x": x, "y": y}}]
    if has_band:
        band = {"x": x, "y": y | {"field": "ci_low"}, "y2": {"field": "ci_high"}}
        layers.insert(0, {"mark": {"type": "area", "color": "#040404", "opacity": 1}, "encoding": band})
    if has_provisional:
        layers.append(
            {
                "mark": {"type": "point", "color": "#030303", "fill": "#050505", "size": 26, "strokeWidth": 1.4},
                "transform": [{"filter": "datum.status == 'provisional'"}],
                "encoding": {"x": x, "y": y},
            }
        )
    if has_events:
        mark = {"type": "rule", "color": "#010101", "strokeDash": [3, 3]}
        layers.append({"data": {"name": EVENTS, "values": []}, "mark": mark, "encoding": {"x": x}})
    return _plot([], layers)


def _axis(field: str) -> dict:
    """The axis of days."""
    return {
        "field": field,
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc"},
        "axis": {
            "format": "%-d %b %y",
            "labelOverlap": "greedy",
            "labelSeparation": 12,
            "tickCount": 6,
            "grid": False,
        },
    }


def _figure(field: str, decimals: int) -> dict:
    """The axis of a figure."""
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "scale": {"zero": True, "nice": True},
        "axis": {"tickCount": 4, "format": f",.{decimals}f"},
    }


def _plot(points: Sequence[dict], layers: list[dict]) -> dict:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": list(points)},
        "width": WIDTH,
        "height": HEIGHT,
        "padding": 4,
        "background": "transparent",
        "layer": layers,
        "config": {
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": {
                "labelColor": "#010101",
                "gridColor": "#020202",
                "tickColor": "#020202",
                "domainColor": "#020202",
                "labelFontSize": 11,
            },
        },
    }


def _axis_decimals(shown: Sequence[float | None]) -> int:
    """Decimals that tell the marks of the vertical axis apart: about five of them, up to the highest figure."""
    highest = max((value or 0 for value in shown), default=0)
    return 0 if highest <= 0 else min(6, max(0, -math.floor(math.log10(highest / 5))))


def _accessible(svg: str, label: str) -> str:
    """Scale with the page, and speak as one image: the table beside it holds the figures."""
    head, _, body = svg.partition(">")
    label = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    view = head[head.index("viewBox=") :]
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" {view}>{body}'
