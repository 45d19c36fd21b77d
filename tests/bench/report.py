"""The result of a benchmark: its JSON, its table, its plot."""

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import vl_convert
from rich.console import Console
from rich.table import Table

#: The measured processes, in the order in which they are shown.
STEPS = {
    "scan": "One scan of the lake",
    "script": "Hand-written DuckDB script",
    "rebuild": "Vigie, full rebuild",
    "day": "Vigie, daily run with the delta",
    "idle": "Vigie, run without a new delivery",
    "polars": "The same rebuild in polars",
    "first_run": "Vigie, a whole run over the history",
    "next_run": "Vigie, a whole run of the day after",
}

#: What the ratios should not exceed; None for those that are only shown.
AIMS = {
    "rebuild_vs_script": 1.5,
    "day_vs_rebuild": 0.25,
    "day_growth": 1.3,
    "polars_vs_rebuild": None,
    "rebuild_vs_scan": None,
}
#: What the release of a day at the longest history should not exceed, beside the same at the shortest.
RELEASE_AIM = 1.3
#: The steps of which the memory is that of Vigie.
OURS = ("rebuild", "idle", "day")
MEMORY_AIM = 8 * 2**30


def result(
    sizes: dict[str, dict[str, Any]], histories: dict[str, dict[str, Any]] | None = None, **settings: Any
) -> dict[str, Any]:
    """Everything that is written: the settings, the machine, the details by size and by days of history, the ratios."""
    peaks = [
        content["steps"][step]["peak_bytes"] for content in sizes.values() for step in OURS if step in content["steps"]
    ]
    return {
        **settings,
        "machine": {
            "cores": os.cpu_count(),
            "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "system": platform.platform(),
        },
        "versions": {name: version(name) for name in ("duckdb", "dbt-core", "dbt-duckdb", "polars")},
        "ratios": ratios(sizes) if sizes else {},
        "release_ratios": release_ratios(histories or {}),
        "peak_bytes": max(peaks, default=0),
        "sizes": sizes,
        "histories": histories or {},
    }


def release_ratios(histories: dict[str, dict[str, Any]]) -> dict[str, float]:
    """What the release of a day costs and writes at the longest history, beside the same at the shortest."""
    if len(histories) < 2:
        return {}
    shortest, longest = (histories[extreme(histories, key=int)]["releases"]["next_run"] for extreme in (min, max))
    return {name: round(longest[name] / shortest[name], 3) for name in longest}


def ratios(sizes: dict[str, dict[str, Any]]) -> dict[str, float | None]:
    """The ratios of clock times, at the largest size; the growth of a day between the smallest and the largest.

    polars, which needs more memory the larger the history, at the largest size at which it came to its end.
    """
    smallest, largest = (extreme(sizes, key=float) for extreme in (min, max))

    def ratio(over: str, under: str) -> float | None:
        return _ratio(sizes[largest], over, sizes[largest], under)

    by_size = sorted(sizes, key=float, reverse=True)
    in_polars = (_ratio(sizes[size], "polars", sizes[size], "rebuild") for size in by_size)
    return {
        "rebuild_vs_script": ratio("rebuild", "script"),
        "day_vs_rebuild": ratio("day", "rebuild"),
        "day_growth": _ratio(sizes[largest], "day", sizes[smallest], "day") if smallest != largest else None,
        "polars_vs_rebuild": next((found for found in in_polars if found), None),
        "rebuild_vs_scan": ratio("rebuild", "scan"),
    }


def _ratio(numerator: dict[str, Any], over: str, denominator: dict[str, Any], under: str) -> float | None:
    a, b = numerator["steps"].get(over), denominator["steps"].get(under)
    if not a or not b or a["failure"] or b["failure"]:
        return None
    return round(a["seconds"] / b["seconds"], 3)


def write(result: dict[str, Any], folder: Path) -> Path:
    """Write `<time>.json`, and the plot of the sizes as `.svg` and `.png`, into the folder; the path of the JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result['time'].replace(':', '')}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if not result["sizes"]:
        return path
    chart = plot(result)
    path.with_suffix(".svg").write_text(vl_convert.vegalite_to_svg(chart), encoding="utf-8")
    path.with_suffix(".png").write_bytes(vl_convert.vegalite_to_png(chart, scale=2))
    return path


def show(result: dict[str, Any], console: Console) -> None:
    """Print the table of the steps by size, then the ratios with their aims."""
    for size, content in result["sizes"].items():
        table = Table(title=f"{size} million tests, a delta of {result['delta']} million, {result['threads']} threads")
        table.add_column("")
        for title in ("time", "CPU", "peak memory", "read", "written"):
            table.add_column(title, justify="right")
        for name, title in STEPS.items():
            cost = content["steps"].get(name)
            if cost is None:
                continue
            if cost["failure"]:
                table.add_row(title, cost["failure"], "", _bytes(cost["peak_bytes"]), "", "")
                continue
            table.add_row(
                title,
                f"{cost['seconds']:.1f} s",
                f"{cost['cpu_seconds']:.1f} s",
                _bytes(cost["peak_bytes"]),
                _bytes(cost["read_bytes"]),
                _bytes(cost["written_bytes"]),
            )
        console.print(table)
        for name, found in content["differences"].items():
            verdict = "equal, cell for cell" if not any(found.values()) else f"DIFFERENT: {found}"
            console.print(f"  {name}: {verdict}")
    if result["histories"]:
        show_histories(result, console)
    if not result["sizes"]:
        return
    table = Table(title="Ratios of times")
    for title in ("", "measured", "aim"):
        table.add_column(title, justify="right" if title else "left")
    for name, value in result["ratios"].items():
        aim = AIMS[name]
        table.add_row(name, "-" if value is None else f"{value:.2f}", "" if aim is None else f"≤ {aim}")
    table.add_row("peak memory of Vigie", _bytes(result["peak_bytes"]), f"≤ {_bytes(MEMORY_AIM)}")
    console.print(table)


def show_histories(result: dict[str, Any], console: Console) -> None:
    """Print what whole runs cost by days of history, and how the release of a day grows with them."""
    table = Table(title="Whole runs: all checks, and the release with its pages")
    for title in ("days of history", "", "time", "CPU", "CPU of the release", "written by it", "official layouts"):
        table.add_column(title, justify="left" if not title else "right")
    for days, content in result["histories"].items():
        for name, released in content["releases"].items():
            cost = content["steps"][name]
            table.add_row(
                days, STEPS[name], f"{cost['seconds']:.1f} s", f"{cost['cpu_seconds']:.1f} s",
                f"{released['cpu_seconds']:.1f} s", _bytes(released["written_bytes"]), _bytes(released["layout_bytes"]),
            )  # fmt: skip
    console.print(table)
    for name, value in result["release_ratios"].items():
        aim = "" if name == "layout_bytes" else f" (≤ {RELEASE_AIM})"
        console.print(f"  release of the day after, longest history over shortest, {name}: {value:.2f}{aim}")


def plot(result: dict[str, Any]) -> dict[str, Any]:
    """The clock time of each step as a Vega-Lite specification: a panel per size, the aims as red marks."""
    panels = []
    for size, content in result["sizes"].items():
        costs = {name: content["steps"][name] for name in STEPS if name in content["steps"]}
        bars = [
            {
                "step": STEPS[name],
                "seconds": 0 if cost["failure"] else cost["seconds"],
                "label": cost["failure"] or f"{cost['seconds']:.1f} s, {_bytes(cost['peak_bytes'])}",
            }
            for name, cost in costs.items()
        ]
        aims = [
            {"step": STEPS[step], "aim": AIMS[aim] * costs[reference]["seconds"]}
            for step, aim, reference in (
                ("rebuild", "rebuild_vs_script", "script"),
                ("day", "day_vs_rebuild", "rebuild"),
            )
            if step in costs and reference in costs
        ]
        y = {
            "field": "step",
            "type": "nominal",
            "sort": [STEPS[name] for name in costs],
            "title": None,
            "axis": {"labelLimit": 260},
        }
        x = {"field": "seconds", "type": "quantitative", "title": "seconds"}
        panels.append(
            {
                "title": f"{size} million tests",
                "width": 460,
                "data": {"values": bars},
                "encoding": {"y": y},
                "layer": [
                    {"mark": {"type": "bar", "color": "#4c78a8"}, "encoding": {"x": x}},
                    {
                        "mark": {"type": "text", "align": "left", "dx": 4},
                        "encoding": {"x": x, "text": {"field": "label"}},
                    },
                    {
                        "data": {"values": aims},
                        "mark": {"type": "tick", "color": "#e45756", "thickness": 2, "size": 22},
                        "encoding": {"x": {"field": "aim", "type": "quantitative"}},
                    },
                ],
            }
        )
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "Time of each step and its peak memory; red: the aim",
        "config": {"view": {"stroke": None}},
        "background": "white",
        "vconcat": panels,
    }


def _bytes(number: int) -> str:
    if number < 2**30:
        return f"{number / 2**20:.0f} MiB"
    return f"{number / 2**30:.1f} GiB"
