"""The report of a comparison: Markdown for a pull request, HTML with curves for its readers, JSON for machines.

It names no folder of the machine, and holds figures as they would be published and nothing else.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orchestration.difference.policy import KINDS
from orchestration.home import PROJECT, Home
from orchestration.release.charts import two_lines
from orchestration.storage import write_whole

#: The name of a report, and its suffix by format.
NAME = "difference"
SUFFIXES = {"markdown": "md", "html": "html", "json": "json"}
#: The folder of the pages of method that change, beside it.
PAGES = "pages"
#: A comment of a pull request is not longer than this, in characters.
COMMENT = 60_000
#: Curves that a page shows: the datasets in which a number has changed most come first.
CURVES = 12
#: The style of the pages of a release.
STYLE = PROJECT / "orchestration" / "release" / "templates" / "style.css"


def rendered(found: Mapping[str, Any], form: str) -> str:
    """The report in a format of `SUFFIXES`."""
    match form:
        case "json":
            return json.dumps(found, indent=1, ensure_ascii=False, default=str) + "\n"
        case "html":
            return (
                _jinja(of_html=True)
                .get_template("difference.html.j2")
                .render(_parts(found), curves=_curves(found), style=Markup(STYLE.read_text(encoding="utf-8")))
            )
        case _:
            return _markdown(found)


def forget_reports(home: Home) -> None:
    """Remove the report of a comparison and its pages."""
    for path in _paths(home):
        path.unlink(missing_ok=True)
    shutil.rmtree(home.difference / PAGES, ignore_errors=True)


def _paths(home: Home) -> list[Path]:
    return [home.difference / f"{NAME}.{suffix}" for suffix in SUFFIXES.values()]


def write_reports(home: Home, found: Mapping[str, Any]) -> list[Path]:
    """Write the report in each format into the folder `difference` of the home."""
    paths = _paths(home)
    for form, path in zip(SUFFIXES, paths, strict=True):
        write_whole(path, rendered(found, form))
    return paths


def _markdown(found: Mapping[str, Any]) -> str:
    template = _jinja(of_html=False).get_template("difference.md.j2")
    text = template.render(_parts(found), shown=10_000)
    # What does not fit into a comment stands in the page.
    for shown in (100, 25, 0):
        if len(text) <= COMMENT:
            break
        text = template.render(_parts(found), shown=shown)
    return text


def _parts(found: Mapping[str, Any]) -> dict[str, Any]:
    rows = [dataset for output in found.get("outputs", []) for dataset in output["datasets"]]
    reached = found.get("reached", {})
    touched = {output["output"] for output in found.get("outputs", [])}
    entries: dict[str, list[str]] = {}
    for finding in found["findings"]:
        for entry in finding["entries"]:
            entries.setdefault(entry, []).append(finding["subject"])
    return {
        "found": found,
        "rows": rows,
        "refused": [finding for finding in found["findings"] if not finding["passes"]],
        "entries": {entry: sorted(set(subjects)) for entry, subjects in entries.items()},
        "unmoved": {name: why for name, why in reached.items() if name not in touched},
        "kinds": KINDS,
    }


def _curves(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The curves of a page, each with its drawing."""
    drawn = [dataset for output in found.get("outputs", []) for dataset in output["datasets"] if dataset.get("curve")]
    drawn.sort(key=lambda each: -abs(each["largest"].get("relative", {"change": 0})["change"]))
    return [
        {
            "dataset": dataset,
            "svg": Markup(two_lines(dataset["curve"]["points"], f"{dataset['title']}, before and after")),
        }
        for dataset in drawn[:CURVES]
    ]


def _jinja(of_html: bool) -> Environment:
    jinja = Environment(
        loader=PackageLoader("orchestration.difference"),
        autoescape=of_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    jinja.filters["figure"] = _figure
    jinja.filters["signed"] = lambda value: ("+" if value > 0 else "−" if value < 0 else "") + _figure(abs(value))
    jinja.filters["share"] = lambda value: f"{'+' if value > 0 else '−'}{abs(value):,.1%}".replace("%", " %")
    jinja.filters["key"] = _key
    jinja.filters["code"] = lambda name: f"`{name}`"
    return jinja


def _figure(value: float) -> str:
    """A number with the decimals that it deserves: four figures, and no more decimals than are there."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:.4g}"


def _key(key: Mapping[str, str]) -> str:
    """What a cell is of, without the axes on which it is the total."""
    named = {name: value for name, value in key.items() if value != "all"}
    return ", ".join(f"{name} {value}" for name, value in named.items())
