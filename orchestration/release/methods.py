"""The pages of a release: one per indicator and language, their index, and what became of all that was received."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import BytecodeCache, ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket
from markdown_it import MarkdownIt
from markupsafe import Markup

from orchestration.landing.checking import literal
from orchestration.release import words
from orchestration.release.account import REQUESTS
from orchestration.release.annotations import Annotation
from orchestration.release.charts import BUNDLE, drawn, embedded, line_chart
from orchestration.release.datapackage import coverage, source_title
from orchestration.release.declarations import Declarations, Indicator, Text, is_feed
from orchestration.release.open_data import Dataset
from orchestration.release.policy import disclosure_policy, publishing
from orchestration.release.promises import SIDE_BY_SIDE
from orchestration.release.standing import STATUSES, sentence

LANGUAGES = ("fr", "en")
# Periods of the plot and the table, the first that the indicator has.
PERIODS = ("rolling7", "day", "week", "cumulative", "wave")
PLOTTED_DAYS = 182
PLOTTED_MONTHS = 7
TABLE_ROWS = 10
LAYERS = ("source", "seed", "staging", "intermediate", "marts")


@dataclass
class Figures:
    """The last figures of an indicator for France, or for the world where it is of that (`level`), all sexes and ages,
    oldest first; of the total, or of the `stratum` that its first file holds."""

    period: str
    rows: list[dict]
    stratum: tuple[str, str] = ("all", "all")
    level: str = "FRA"

    @property
    def last(self) -> dict | None:
        """The most recent figure."""
        return self.rows[-1] if self.rows else None


def last_figures(connection: duckdb.DuckDBPyConnection, parts: Sequence[Dataset], folder: Path) -> Figures:
    """The last half-year of an indicator for the whole that it is of, from its published files: one row per period_end,
    oldest first.

    `parts` are the datasets of the indicator, `folder` that of the open data. What a page shows is what the file says:
    of an indicator that is held, its last good figures.
    """
    national = [
        part
        for part in parts
        if part.slice and part.paths("parquet") and words.WHOLES.keys() & set(part.slice.geo)
        if {"all"} <= set(part.slice.sex) and {"all"} <= set(part.slice.age)
    ]
    strata = [part.owner.strata(part.slice) for part in national]
    stratum = ("all", "all") if any(("all", "all") in held for held in strata) else next(iter(strata), [None])[0]
    national = [part for part, held in zip(national, strata, strict=True) if stratum in held]
    shown = {period: part for part in national for period in part.slice.period}
    period = next((p for p in PERIODS if p in shown), None)
    if period is None:
        return Figures("", [])
    paths = shown[period].paths("parquet")[-PLOTTED_MONTHS:]
    level = next(each for each in words.WHOLES if each in shown[period].slice.geo)
    # A file of one stratum may be the last good one of a time without strata.
    several = len(shown[period].owner.strata(shown[period].slice)) > 1
    cursor = connection.execute(
        f"""
        select period_start::varchar as period_start, period_end::varchar as period_end, value::double as value,
            ci_low::double as ci_low, ci_high::double as ci_high, numerator::double as numerator,
            denominator::double as denominator, status
        from read_parquet(?)
        where geo_level = '{level}' and period = ? and sex = 'all' and age_scheme = 'all'
            {"and (stratum_scheme, stratum) = (" + ", ".join(map(literal, stratum)) + ")" if several else ""}
            and period_end > ?::date - {PLOTTED_DAYS}
        order by period_end
        """,
        [[str(folder / path) for path in paths], period, shown[period].last_period],
    )
    names = [column[0] for column in cursor.description]
    return Figures(period, [dict(zip(names, row, strict=True)) for row in cursor.fetchall()], stratum, level)


@dataclass(frozen=True)
class Page:
    """What the pages say of an indicator: its declaration, its text, where it comes from, its figures, its datasets,
    and the indicators of another definition `beside` it."""

    indicator: Indicator
    prose: Text | None
    lineage: list[tuple[str, list[dict]]]
    sources: list[dict]
    figures: Figures
    datasets: list[Dataset]
    beside: list[dict]
    events: Sequence[Annotation] = ()
    theme: str = ""

    @property
    def standing(self) -> Dataset | None:
        """The dataset that stands worst, whose status is that of the indicator; None when it publishes no file."""
        return min(self.datasets, key=lambda d: STATUSES.index(d.status), default=None)

    @property
    def decimals(self) -> int:
        """Decimals of the figures: those declared, or as many as they deserve."""
        declared = self.indicator.decimals
        if declared is not None:
            return declared
        shown = [row["value"] for row in self.figures.rows]
        # A share of 0 % has bounds all the same; those of a count are read as counts.
        shown += [row[end] for row in self.figures.rows if row["denominator"] for end in ("ci_low", "ci_high")]
        return words.decimals_for(shown)


def told_of(declarations: Declarations, indicator: Indicator) -> dict:
    """What is said of an indicator besides its figures, as plain values: the home keeps it, since the figures of an
    indicator that is held stay what they were when its last files were made."""
    prose = declarations.prose(indicator)
    return {
        "declaration": indicator.model_dump(mode="json"),
        "theme": declarations.theme(indicator),
        "beside": _beside(declarations, indicator),
        "prose": prose.model_dump() if prose else None,
        "lineage": lineage(declarations, indicator.node),
        "sources": _sources(declarations, indicator),
    }


def _beside(declarations: Declarations, indicator: Indicator) -> list[dict]:
    """The indicators of another definition that run beside this one: what it replaces, and what is to replace it."""
    found = []
    for other in declarations.indicators:
        for old, new in ((other, indicator), (indicator, other)):
            if new.replaces and new.replaces.indicator == old.name:
                found.append(
                    {
                        "name": other.name,
                        "title": other.title.model_dump(),
                        "is_next": other is new,
                        "since": new.replaces.since.isoformat(),
                        "until": (new.replaces.since + SIDE_BY_SIDE).isoformat(),
                    }
                )
    return found


def page_of(told: Mapping, figures: Figures, datasets: list[Dataset], events: Sequence[Annotation] = ()) -> Page:
    """The page of an indicator, from what `told_of` gave, now or when it was last published; `events` happened to its
    figures."""
    return Page(
        Indicator(**told["declaration"]),
        Text(**told["prose"]) if told["prose"] else None,
        [(layer, nodes) for layer, nodes in told["lineage"]],
        told["sources"],
        figures,
        datasets,
        told.get("beside", []),
        events,
        told.get("theme", ""),
    )


class Compiled(BytecodeCache):
    """Keeps what templates are compiled to, as long as the process lives: most of what a page costs is that."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept of a template with this text."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


@cache
def compiled(language: str) -> Compiled:
    """Of a language: a filter of a constant is computed when its template is compiled."""
    return Compiled()


def environment(language: str) -> Environment:
    """The templates, with the formats of the language: `number`, `date`, `size`, `word`, and `say(fr, en)`."""
    jinja = Environment(
        loader=ChoiceLoader([PackageLoader("orchestration.release"), PackageLoader("orchestration.site")]),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=compiled(language),
    )
    jinja.filters["number"] = lambda value, decimals=None: words.number(value, language, decimals)
    jinja.filters["date"] = lambda value: words.date(value, language)
    jinja.filters["size"] = lambda value: words.size(value, language)
    jinja.filters["word"] = lambda value, axis: words.word(axis, value, language)
    jinja.globals["say"] = lambda fr, en: words.typeset(fr) if language == "fr" else en
    jinja.globals["language"] = language
    jinja.globals["days"] = publishing().published_days
    jinja.globals["coverage"] = lambda dataset: coverage(dataset, language)
    jinja.globals["badge"] = lambda dataset: Markup('<span class="badge {}">{}</span>').format(
        {"ok": "good", "held": "bad"}.get(dataset.status, "warn"), words.word("standing", dataset.status, language)
    )
    jinja.globals["why"] = lambda dataset: jinja.globals["say"](sentence(dataset, "fr"), sentence(dataset, "en"))
    return jinja


def write_methods(staging: Path, pages: list[Page], header: Mapping, report=lambda step: None) -> None:
    """Write `methods/<indicator>.<language>.html` and `methods/index.<language>.html`."""
    folder = staging / "methods"
    folder.mkdir()
    for language in LANGUAGES:
        jinja = environment(language)
        template = jinja.get_template("indicator.html.j2")
        for page in pages:
            html = template.render(
                **header,
                **_indicator_parts(page, language, header["today"]),
                root="../",
                other=f"{page.indicator.name}.{_other(language)}.html",
            )
            (folder / f"{page.indicator.name}.{language}.html").write_text(html, encoding="utf-8")
        index = jinja.get_template("methods.html.j2").render(
            **header, pages=pages, root="../", other=f"index.{_other(language)}.html"
        )
        (folder / f"index.{language}.html").write_text(index, encoding="utf-8")
        report(f"methods ({language})")


def write_front(staging: Path, pages: list[Page], found: list[Dataset], header: Mapping, body: Mapping) -> None:
    """Write `release.html` (French) and `release.en.html`."""
    for language in LANGUAGES:
        html = (
            environment(language)
            .get_template("release.html.j2")
            .render(
                **header,
                **body,
                pages=pages,
                datasets=found,
                root="",
                other="release.en.html" if language == "fr" else "release.html",
            )
        )
        (staging / ("release.html" if language == "fr" else "release.en.html")).write_text(html, encoding="utf-8")


def write_state(
    staging: Path,
    found: list[Dataset],
    feeds: list[Mapping],
    header: Mapping,
    notices: list,
    outlines: Sequence[Mapping] = (),
) -> None:
    """Write `status.html` (French) and `status.en.html`: how the sources and the datasets stand, in public words, and
    whose outlines the maps have."""
    told = {"notices": notices, "feeds": feeds, "datasets": found, "outlines": outlines}
    counts = {status: sum(d.status == status for d in found) for status in reversed(STATUSES)}
    for language in LANGUAGES:
        name, other = ("status.html", "status.en.html")[:: 1 if language == "fr" else -1]
        page = environment(language).get_template("status.html.j2")
        html = page.render(**header, **told, counts=counts, root="", other=other)
        (staging / name).write_text(html, encoding="utf-8")


def _indicator_parts(page: Page, language: str, today: dt.date) -> dict:
    last, indicator = page.figures, page.indicator
    title = indicator.title.in_(language)
    stratum = indicator.stratum_words(".".join(last.stratum), language)
    plot, shown, curve = "", [], None
    if last.rows:
        first, end = last.rows[0]["period_end"], last.rows[-1]["period_end"]
        shown = [e for e in page.events if first <= e.until.isoformat() and e.since.isoformat() <= end]
    if sum(row["value"] is not None for row in last.rows) > 1:
        whole = words.word("geo", last.level, language)
        label = f"{', '.join(filter(None, [title, stratum]))}, {whole}, {words.word('period', last.period, language)}"
        plot = Markup(line_chart(last.rows, language, label, [max(event.since.isoformat(), first) for event in shown]))
        curve = embedded({indicator.name: _curve(page, language, today)})
    return {
        "page": page,
        "indicator": indicator,
        "title": title,
        "age_schemes": {
            scheme: words.age_classes(scheme, language)
            for scheme in dict.fromkeys(age for b in indicator.breakdowns for age in b.age if age != "all")
        },
        "stratum": stratum,
        "has_strata": any(b.strata != ["all"] for b in indicator.breakdowns),
        "has_classes": any(set(b.sex + b.age) != {"all"} for b in indicator.breakdowns),
        "local_levels": any(disclosure_policy().refused(b.geo, []) for b in indicator.breakdowns),
        "prose": Markup(markdown(page.prose.in_(language))) if page.prose else "",
        "plot": plot,
        "curve": curve,
        "bundle": BUNDLE,
        "events": shown,
        "period": last.period,
        "whole": words.word("geo", last.level, language),
        "key": _complete(page, today) if last.rows else None,
        "table": list(reversed(last.rows[-TABLE_ROWS:])),
        "decimals": page.decimals,
        "has_interval": any(row["ci_low"] is not None for row in last.rows),
        "provisional_from": next((r["period_end"] for r in last.rows if r["status"] == "provisional"), None),
    }


def _curve(page: Page, language: str, today: dt.date) -> dict:
    """The figures of the page as its script draws them."""
    rows, indicator = page.figures.rows, page.indicator
    days = [row["period_end"] for row in rows]
    low, high = ([row[end] for row in rows] for end in ("ci_low", "ci_high"))
    bounds = any(each is not None for each in low)
    return drawn(
        days,
        {"value": [row["value"] for row in rows], "low": low if bounds else None, "high": high if bounds else None},
        next((row["period_end"] for row in rows if row["status"] == "provisional"), None),
        _complete(page, today)["period_end"],
        (page.decimals, indicator.unit.in_(language)),
        [(e.since.isoformat(), e.until.isoformat(), e.fr if language == "fr" else e.en) for e in page.events],
    )


def _complete(page: Page, today: dt.date) -> dict:
    """The last figure that is due, by the lag that is declared, or final; else the last one."""
    due = (today - dt.timedelta(page.indicator.lag_days)).isoformat()
    rows = page.figures.rows
    return next((row for row in reversed(rows) if row["period_end"] <= due or row["status"] == "final"), rows[-1])


def _other(language: str) -> str:
    return "en" if language == "fr" else "fr"


def markdown(text: str) -> str:
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
        # Who asks to be forgotten is no source of figures; nor is a population of what is not divided by one.
        if source["source_name"] == REQUESTS or ("referential" in source.get("fqn", ()) and not indicator.population):
            continue
        entry = {
            "title": source_title(source).model_dump(),
            "main": source["source_name"] == indicator.source,
            "description": " ".join((source.get("source_description") or "").split()),
        }
        found.setdefault(source["source_name"], entry)
    return sorted(found.values(), key=lambda entry: (not entry["main"], entry["title"]["fr"]))


def iso(value: dt.date | None) -> str | None:
    """A date as JSON holds it."""
    return value.isoformat() if value else None
