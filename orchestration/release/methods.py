"""The pages of a release: one per indicator and language, their index, and the front page of the release."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup

from orchestration.release import words
from orchestration.release.charts import line_chart
from orchestration.release.datapackage import coverage, source_title
from orchestration.release.declarations import LOCAL_LEVELS, Declarations, Indicator, is_feed
from orchestration.release.open_data import Dataset, relation

LANGUAGES = ("fr", "en")
# Periods of the plot and the table, the first that the indicator has.
PERIODS = ("rolling7", "day", "week", "cumulative")
PLOTTED_DAYS = 182
TABLE_ROWS = 10
LAYERS = ("source", "seed", "staging", "intermediate", "marts")


@dataclass
class Figures:
    """The last figures of an indicator for France, all sexes and ages, oldest first."""

    period: str
    rows: list[dict]

    @property
    def last(self) -> dict | None:
        """The most recent figure."""
        return self.rows[-1] if self.rows else None


def last_figures(connection: duckdb.DuckDBPyConnection, declarations: Declarations, indicator: Indicator) -> Figures:
    """Read the last half-year of an indicator for France. Shape: one row per period_end, oldest first."""
    held = {p for b in indicator.breakdowns if "FRA" in b.geo and "all" in b.sex and "all" in b.age for p in b.period}
    period = next((p for p in PERIODS if p in held), None)
    if period is None:
        return Figures("", [])
    cursor = connection.execute(
        f"""
        select period_start::varchar as period_start, period_end::varchar as period_end, value::double as value,
            ci_low::double as ci_low, ci_high::double as ci_high, numerator::double as numerator,
            denominator::double as denominator, status
        from {relation(declarations, indicator.node)}
        where geo_level = 'FRA' and period = ? and sex = 'all' and age_scheme = 'all'
        order by period_end desc
        limit {PLOTTED_DAYS}
        """,
        [period],
    )
    names = [column[0] for column in cursor.description]
    return Figures(period, [dict(zip(names, row, strict=True)) for row in reversed(cursor.fetchall())])


def environment(language: str) -> Environment:
    """The templates, with the formats of the language: `number`, `date`, `size`, `word`, and `say(fr, en)`."""
    jinja = Environment(
        loader=PackageLoader("orchestration.release"),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters["number"] = lambda value, decimals=None: words.number(value, language, decimals)
    jinja.filters["date"] = lambda value: words.date(value, language)
    jinja.filters["size"] = lambda value: words.size(value, language)
    jinja.filters["word"] = lambda value, axis: words.word(axis, value, language)
    jinja.globals["say"] = lambda fr, en: words.typeset(fr) if language == "fr" else en
    jinja.globals["language"] = language
    jinja.globals["coverage"] = lambda dataset: coverage(dataset, language)
    return jinja


def write_methods(
    staging: Path,
    declarations: Declarations,
    figures: Mapping[str, Figures],
    found: list[Dataset],
    header: Mapping,
    report=lambda step: None,
) -> None:
    """Write `methods/<indicator>.<language>.html` and `methods/index.<language>.html`."""
    folder = staging / "methods"
    folder.mkdir()
    for language in LANGUAGES:
        jinja = environment(language)
        page = jinja.get_template("indicator.html.j2")
        for indicator in declarations.indicators:
            last = figures[indicator.name]
            html = page.render(
                **header,
                **_indicator_parts(declarations, indicator, last, language),
                datasets=[d for d in found if d.owner is indicator],
                root="../",
                other=f"{indicator.name}.{_other(language)}.html",
            )
            (folder / f"{indicator.name}.{language}.html").write_text(html, encoding="utf-8")
        index = jinja.get_template("methods.html.j2").render(
            **header,
            indicators=declarations.indicators,
            figures=figures,
            decimals={name: _decimals(declarations, name, figures[name]) for name in figures},
            root="../",
            other=f"index.{_other(language)}.html",
        )
        (folder / f"index.{language}.html").write_text(index, encoding="utf-8")
        report(f"methods ({language})")


def write_front(staging: Path, declarations: Declarations, figures, found, header, body: Mapping) -> None:
    """Write `index.html` (French) and `index.en.html`."""
    for language in LANGUAGES:
        html = (
            environment(language)
            .get_template("release.html.j2")
            .render(
                **header,
                **body,
                indicators=declarations.indicators,
                figures=figures,
                decimals={name: _decimals(declarations, name, figures[name]) for name in figures},
                datasets=found,
                root="",
                other="index.en.html" if language == "fr" else "index.html",
            )
        )
        (staging / ("index.html" if language == "fr" else "index.en.html")).write_text(html, encoding="utf-8")


def _indicator_parts(declarations: Declarations, indicator: Indicator, last: Figures, language: str) -> dict:
    prose = declarations.prose(indicator)
    title = indicator.title.in_(language)
    plot = ""
    if sum(row["value"] is not None for row in last.rows) > 1:
        label = f"{title}, France, {words.word('period', last.period, language)}"
        plot = Markup(line_chart(last.rows, language, label))
    return {
        "indicator": indicator,
        "title": title,
        "has_classes": any(set(b.sex + b.age) != {"all"} for b in indicator.breakdowns),
        "local_levels": any(LOCAL_LEVELS & set(b.geo) for b in indicator.breakdowns),
        "prose": Markup(_markdown(prose.in_(language))) if prose else "",
        "plot": plot,
        "period": last.period,
        "table": list(reversed(last.rows[-TABLE_ROWS:])),
        "decimals": _decimals(declarations, indicator.name, last),
        "has_interval": any(row["ci_low"] is not None for row in last.rows),
        "provisional_from": next((r["period_end"] for r in last.rows if r["status"] == "provisional"), None),
        "lineage": lineage(declarations, indicator.node),
        "sources": _sources(declarations, indicator),
    }


def _decimals(declarations: Declarations, name: str, last: Figures) -> int:
    declared = next(i.decimals for i in declarations.indicators if i.name == name)
    values = [row["value"] for row in last.rows]
    return declared if declared is not None else words.decimals_for(values)


def _other(language: str) -> str:
    return "en" if language == "fr" else "fr"


def _markdown(text: str) -> str:
    """Prose as HTML: no raw HTML, and headings below the page's title."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return re.sub(r"<(/?)h([1-4])>", lambda m: f"<{m[1]}h{min(int(m[2]) + 1, 6)}>", html)


def lineage(declarations: Declarations, unique_id: str) -> list[tuple[str, list[dict]]]:
    """What the node is computed from, by layer in the order of the way of a row: (layer, [{id, name, type}])."""
    layers: dict[str, list[dict]] = {layer: [] for layer in LAYERS}
    for each in [*declarations.upstream(unique_id), unique_id]:
        try:
            node = declarations.node(each)
        except KeyError:
            continue
        kind = node["resource_type"]
        path = node.get("fqn") or []
        layer = kind if kind in ("source", "seed") else next((x for x in LAYERS if x in path), "marts")
        name = f"{node['source_name']}.{node['name']}" if kind == "source" else node["name"]
        layers[layer].append({"id": each, "name": name, "type": kind})
    return [(layer, sorted(nodes, key=lambda n: n["name"])) for layer, nodes in layers.items() if nodes]


def _sources(declarations: Declarations, indicator: Indicator) -> list[dict]:
    known = declarations.manifest.get("sources", {})
    found: dict[str, dict] = {}
    for unique_id in sorted(u for u in declarations.upstream(indicator.node) if is_feed(known.get(u))):
        source = known[unique_id]
        entry = {
            "title": source_title(source),
            "main": source["source_name"] == indicator.source,
            "description": " ".join((source.get("source_description") or "").split()),
        }
        found.setdefault(source["source_name"], entry)
    return sorted(found.values(), key=lambda entry: (not entry["main"], entry["title"].fr))


def iso(value: dt.date | None) -> str | None:
    """A date as JSON holds it."""
    return value.isoformat() if value else None
