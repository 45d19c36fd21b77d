"""Bulletins, as HTML and PDF: the daily note and the detailed report, the weekly national one, one a week for each
région.

What a bulletin says is one plain structure, made by the rules of `changes`; a page and a typst document show it. Weekly
ones come out with the first release on or after their declared day and stay as they came out: later releases carry them
over. A person may add a comment, `bulletins/<week>.md` in the home, shown as such.
"""

import datetime as dt
import gzip
import json
import re
import shutil
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

import typst
import vl_convert
import yaml
from markupsafe import Markup, escape

from orchestration.landing.checking import literal
from orchestration.release import words
from orchestration.release.files import link
from orchestration.release.methods import markdown
from orchestration.site.changes import told, trend_word
from orchestration.site.outlines import OUTLINES
from orchestration.site.pages import Pages, changed, figure, page_name, row_key
from orchestration.site.places import places
from orchestration.site.shown import Curve, Shown

HERE = Path(__file__).parent
FOLDER, COMMENT = "bulletins", "comment.md"
WEEK = re.compile(r"\d{4}-W\d{2}")
# Weeks of which the bulletins are carried over: a year.
KEPT = 53
MADE_IN = re.compile(r'<meta name="release" content="([\w-]+)">')
# An outline of a map as SVG, and a ring of it.
OUTLINE, RING = re.compile(r'd="(M[\d.,LMZ-]+Z)"'), re.compile(r"M([\d.,L-]+)Z")
# What the library says of the parts of a picture.
ROLE = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*")')
# Days of figures that a bulletin looks back on.
DAYS = 28
COLOURS = ["#fee838", "#bcaf6f", "#7c7b78", "#435b73", "#00224e"]


@cache
def declared() -> dict:
    """What `bulletins.yml` declares."""
    return yaml.safe_load((HERE / "bulletins.yml").read_text(encoding="utf-8"))


def week_due(today: dt.date) -> dt.date:
    """The Sunday that ends the last week of which the bulletin is due."""
    back = today - dt.timedelta(days=7 + declared()["day"] - 1)
    return back - dt.timedelta(days=back.isoweekday() - 1) + dt.timedelta(days=6)


def due(today: dt.date, previous: Path | None) -> str:
    """The last week of which a bulletin is due or out. When it becomes due, a release is made though no figure has
    changed."""
    return max([week_name(week_due(today)), *_weeks(previous)])


def _weeks(release: Path | None) -> list[str]:
    """The weeks of which a release holds bulletins, the oldest first."""
    folder = release / FOLDER if release else None
    return sorted(p.name for p in folder.iterdir() if WEEK.fullmatch(p.name)) if folder and folder.is_dir() else []


def week_name(sunday: dt.date) -> str:
    """A week as its folder is called: `2026-W47`."""
    year, week, _ = sunday.isocalendar()
    return f"{year}-W{week:02}"


class Writer:
    """Makes the parts of the bulletins of one release, and notes where each number stands."""

    def __init__(self, shown: Shown, language: str, files: str) -> None:
        """`files` is the address of the release's folder, as the page sees it."""
        self.shown, self.language, self.files = shown, language, files

    def line(self, name: str, curve: Curve | None, sunday: dt.date | None) -> dict:
        """A key figure: its words, its figure and the one before, the change as far as it may be told, and whether it
        is consolidated. A figure that is not of the week is not given."""
        entry, language = self.shown.indicators[name], self.language
        if curve and sunday and curve.last["period"] == "week" and curve.last["period_end"] != sunday.isoformat():
            curve = None
        unit = words.typeset(entry["unit_fr"]) if language == "fr" else entry["unit_en"]
        said = {"name": name, "title": entry[f"title_{language}"], "unit": unit}
        if curve is None:
            late = "non disponible à ce jour" if language == "fr" else "not available yet"
            return said | {
                "row": None,
                "before": None,
                "change": "–",
                "word": "",
                "mark": "",
                "text": late,
                "when": "",
                "stratum": "",
                "before_text": "",
                "status": self.standing(entry),
            }
        consolidated = curve.sure == curve.last
        change = changed(curve, entry) if consolidated else None
        not_yet = "non consolidé" if language == "fr" else "not consolidated"
        stratum = self.shown.stratum_words(name, (curve.last["stratum_scheme"], curve.last["stratum"]), language)
        return said | {
            "row": curve.last,
            "before": curve.before if consolidated else None,
            "text": self.text(curve.last, entry),
            "before_text": self.text(curve.before, entry) if curve.before and consolidated else "",
            "change": told(change, language, entry["decimals"]) if consolidated else not_yet,
            "word": trend_word(change, language),
            "mark": "*" if curve.last["status"] == "provisional" else "",
            "stratum": stratum,
            "status": ", ".join(
                filter(None, [words.word("status", curve.last["status"], language), self.standing(entry)])
            ),
            "when": self.when(curve.last),
        }

    def when(self, row: Mapping) -> str:
        """The period of a figure and its last day."""
        last = words.date(row["period_end"], self.language)
        to = "au" if self.language == "fr" else "to"
        return f"{words.word('period', row['period'], self.language)}, {to} {last}"

    def standing(self, entry: Mapping) -> str:
        """How an indicator stands, where it is not up to date."""
        return "" if entry["status"] in (None, "ok") else words.word("standing", entry["status"], self.language)

    def text(self, row: Mapping, entry: Mapping) -> str:
        """A figure as it is written."""
        if row["value"] is None:
            return words.word("status", row["status"], self.language)
        return words.number(row["value"], self.language, entry["decimals"])

    def sentence(self, line: Mapping) -> dict | None:
        """What may be said of a key figure, around it: what comes before the number and after it."""
        if line["row"] is None or line["row"]["value"] is None:
            return None
        french = self.language == "fr"
        colon = "\u00a0: " if french else ": "
        head = line["title"] + (f" ({line['stratum']})" if line["stratum"] else "") + colon
        unit = " " + line["unit"]
        if line["word"]:
            signed = line["change"][:1] in "+\u2212"
            tail = f"{unit}, {line['word']}" + (f" ({line['change']})" if signed else "")
        elif line["before"] is not None and line["before"]["value"] is not None:
            tail = unit + (", contre {} une semaine plus tôt" if french else ", against {} a week before")
        else:
            tail = unit
        return {"line": line, "head": head, "tail": tail.split("{}"), "mark": line["mark"]}

    def addresses(self, rows: Iterable[Mapping]) -> dict[str, tuple[str, int]]:
        """Where figures stand: by what identifies them the CSV file and its row, counted from 1 below the head (RFC
        7111 counts the head, too)."""
        by_file: dict[str, list[Mapping]] = {}
        for row in rows:
            by_file.setdefault(self.shown.datasets[row["dataset"]]["csv"], []).append(row)
        found = {}
        for file, wanted in by_file.items():
            path = literal(self.shown.folder / file)
            names = _head(self.shown.folder / file)
            keys = [
                k for k in ("geo_level", "geo_code", "period", "period_end", "stratum_scheme", "stratum") if k in names
            ]
            held = {"sex": "all", "age_scheme": "all", "age_class": "all"}
            totals = [f"{name} = '{value}'" for name, value in held.items() if name in names]
            # A join, since to look through a list of hundreds for each row costs seconds.
            values = ", ".join("(" + ", ".join(literal(row[key]) for key in keys) + ")" for row in wanted)
            columns = ", ".join(f"{literal(name)}: 'varchar'" for name in names)
            numbers = self.shown.connection.execute(
                f"with lines as (select *, row_number() over () as line from "
                f"read_csv({path}, delim = ';', header = true, auto_detect = false, columns = {{{columns}}})) "
                f"select distinct line, {', '.join(keys)} from lines "
                f"inner join (values {values}) as wanted ({', '.join(keys)}) using ({', '.join(keys)}) "
                f"where {' and '.join([*totals, 'true'])}"
            ).fetchall()
            at = {tuple(rest): line for line, *rest in numbers}
            for row in wanted:
                if line := at.get(tuple(str(row[key]) for key in keys)):
                    found[row_key(row)] = (file, line)
        return found


def _head(path: Path) -> list[str]:
    """The columns of a CSV file."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as lines:
        return lines.readline().rstrip("\n").split(";")


def write_bulletins(pages: Pages, previous: Path | None, comments: Path | None) -> None:
    """Write the note and the report of the day and, when they are due and not out yet, the bulletins of the week; carry
    over those of the weeks before."""
    folder, shown = pages.folder / FOLDER, pages.shown
    folder.mkdir(exist_ok=True)
    again = _carry_over(previous, folder, shown.header["release_id"])
    sunday = week_due(shown.today)
    week = week_name(sunday)
    if week > max(_weeks(pages.folder), default=""):
        _write_week(pages, sunday, (again / COMMENT).read_text("utf-8") if again else _comment(comments, week))
    _write_day(pages)
    held = {week: sorted(p.name for p in (folder / week).iterdir()) for week in reversed(_weeks(pages.folder))}
    pages.write("bulletins.html.j2", "bulletins{}.html", weeks=held, regions=places()["REG"])


def _carry_over(previous: Path | None, folder: Path, release_id: str) -> Path | None:
    """Link the bulletins that came out before; gives the folder of those of this very release, when it is made again
    and a comment stands there."""
    again = None
    for week in (previous / FOLDER / name for name in _weeks(previous)[-KEPT:] if previous):
        made_in = MADE_IN.search((week / "national.fr.html").read_text("utf-8"))
        if made_in and made_in[1] == release_id:
            again = week if (week / COMMENT).is_file() else None
            continue
        (folder / week.name).mkdir()
        for path in sorted(week.iterdir()):
            link(path, folder / week.name / path.name)
    return again


def take_bulletins(folder: Path, release_id: str, releases: Path) -> None:
    """Take each bulletin that is not of this release from the one that it was made in, as it is now; without that one
    it goes."""
    for week in (folder / FOLDER / name for name in _weeks(folder)):
        made_in = MADE_IN.search((week / "national.fr.html").read_text("utf-8"))
        if made_in and made_in[1] == release_id:
            continue
        source = releases / made_in[1] / FOLDER / week.name if made_in else None
        shutil.rmtree(week)
        if source and source.is_dir():
            week.mkdir()
            for path in sorted(source.iterdir()):
                link(path, week / path.name)


def _comment(comments: Path | None, week: str) -> str | None:
    path = comments / f"{week}.md" if comments else None
    return path.read_text(encoding="utf-8") if path and path.is_file() else None


def _weekly(shown: Shown, names: Iterable[str], level: str) -> dict[str, tuple[str, str, str]]:
    """The period of a weekly bulletin: the week where there is one, else what the pages show."""
    wanted = {}
    for name in names:
        if of := shown.shown_of.get(name):
            week = ("week", *of[1:])
            wanted[name] = week if shown.holding(name, level, "week", of[1:]) else of
    return wanted


def _write_week(pages: Pages, sunday: dt.date, comment: str | None) -> None:
    shown, week = pages.shown, week_name(sunday)
    spec = declared()
    names = [n for n in spec["table"] if n in shown.indicators]
    every = [*names, *(e["name"] for theme in shown.themes for e in theme.key if e["name"] not in names)]
    france = shown.curves("FRA", _weekly(shown, every, "FRA"), DAYS, sunday).get("FR", {})
    regions = shown.curves("REG", _weekly(shown, every, "REG"), DAYS, sunday)
    below = [n for n in spec["departements"] if n in shown.indicators]
    departements = shown.curves("DEP", _weekly(shown, below, "DEP"), DAYS, sunday)
    files = f"../../../{shown.header['release_id']}"
    if comment:
        (pages.folder / FOLDER / week).mkdir(exist_ok=True)
        (pages.folder / FOLDER / week / COMMENT).write_text(comment, encoding="utf-8")
    writers = {language: Writer(shown, language, files) for language in ("fr", "en")}
    rows = [curve.last for curves in (france, *regions.values()) for curve in curves.values()]
    rows += [curve.last for curves in departements.values() for curve in curves.values()]
    addresses = writers["fr"].addresses(rows)
    for language in ("fr", "en"):
        told = _content(writers[language], "France", france, names, sunday, comment)
        told["maps"] = _maps(writers[language], departements, [spec["map"]])
        overseas = [code for code in places()["REG"] if code < "10" and code in regions]
        told["box"] = _box(writers[language], {c: regions[c] for c in overseas}, places()["REG"], below, sunday)
        _write(pages, f"{FOLDER}/{week}/national.{{}}.html", language, told, addresses)
    for code, region in places()["REG"].items():
        if code not in regions or len(code) > 2:
            continue  # a collectivity overseas is no région
        told = _content(writers["fr"], region["name"], regions[code], names, sunday, comment)
        inside = {c: departements[c] for c, p in places()["DEP"].items() if p["region"] == code and c in departements}
        told["box"] = _box(writers["fr"], inside, places()["DEP"], below, sunday)
        _write(pages, f"{FOLDER}/{week}/region-{code}.{{}}.html", "fr", told, addresses, alone=True)


def _write_day(pages: Pages) -> None:
    """Write the note of the day, of one page, and the detailed report: all themes, maps, each département, and how the
    data stand."""
    shown, spec = pages.shown, declared()
    names = [n for n in spec["table"] if n in shown.indicators]
    writer = Writer(shown, "fr", "..")
    note = _content(writer, "France", shown.national, names, None, None) | {"sections": []}
    below = [n for n in spec["report"]["departements"] if n in shown.indicators]
    departements = {code: curves for code, curves in shown.local["DEP"].items() if code in places()["DEP"]}
    themes = [
        {
            "title": theme.fr,
            "name": theme.name,
            "lines": [writer.line(e["name"], shown.whole.get(e["name"]), None) for e in theme.key],
        }
        for theme in shown.themes
    ]
    report = _content(writer, "France", shown.whole, [], None, None) | {
        "title": "Rapport quotidien détaillé\u00a0: France",
        "sections": [],
        "themes": themes,
        "maps": _maps(writer, departements, spec["report"]["maps"]),
        "box": _box(writer, departements, places()["DEP"], below, None),
        "states": _states(shown),
    }
    lines = [line for of in ([note["lines"]], [t["lines"] for t in themes]) for part in of for line in part]
    lines += [line for row in report["box"]["rows"] for line in row["lines"]] if report["box"] else []
    addresses = writer.addresses(line["row"] for line in lines if line["row"])
    _write(pages, f"{FOLDER}/note.{{}}.html", "fr", note, addresses, alone=True)
    _write(pages, f"{FOLDER}/report.{{}}.html", "fr", report, addresses, alone=True)


def _states(shown: Shown) -> list[dict[str, str]]:
    """What is not up to date, by indicator or file in an official layout: how it stands, since when and why."""
    found: dict[str, dict[str, str]] = {}
    for each in shown.datasets.values():
        if each["status"] != "ok":
            name = each["indicator"] or each["name"]
            since = words.date(each["since"], "fr") if each["since"] else ""
            state = {"title": shown.title(name), "status": words.word("standing", each["status"], "fr"), "since": since}
            found.setdefault(name, state | {"reason": each["reason"]["fr"] if each["reason"] else ""})
    return list(found.values())


def _content(
    writer: Writer,
    place: str,
    curves: Mapping[str, Curve],
    names: list[str],
    sunday: dt.date | None,
    comment: str | None,
) -> dict:
    """What a bulletin says: its title, the table of key figures, a section by theme."""
    language, french = writer.language, writer.language == "fr"
    sections = []
    for theme in writer.shown.themes:
        lines = [writer.line(e["name"], curves.get(e["name"]), sunday) for e in theme.key if e["name"] in curves]
        sentences = [each for each in map(writer.sentence, lines) if each]
        if sentences:
            sections.append({"title": theme.title(language), "theme": theme.name, "sentences": sentences})
    if sunday:
        week, monday = f"S{sunday.isocalendar()[1]:02}", sunday - dt.timedelta(6)
        dates = [words.date(day, language) for day in (monday, sunday)]
        title = "Point épidémiologique hebdomadaire" if french else "Weekly epidemiological bulletin"
        span = f"{week if french else week.replace('S', 'W')} ({dates[0]} – {dates[1]})"
    else:
        title, span = "Note quotidienne", words.date(writer.shown.today, language)
    upto = words.date(writer.shown.today, language)
    return {
        "title": f"{title}\u00a0: {place}" if french else f"{title}: {place}",
        "span": span,
        "weekly": bool(sunday),
        "data_to": f"Données reçues jusqu'au {upto}" if french else f"Data reported up to {upto}",
        "lines": [writer.line(name, curves.get(name), sunday) for name in names],
        "sections": sections,
        "themes": [],
        "maps": [],
        "box": None,
        "states": [],
        "comment": comment,
        "files": writer.files,
        "notices": [each[language] for each in writer.shown.catalogue["notices"] if each["kind"] != "provisional"],
    }


def _box(writer: Writer, curves: Mapping, names: Mapping, indicators: list[str], sunday: dt.date) -> dict | None:
    """A table of several places: a row each, a column an indicator."""
    if not curves:
        return None
    heads = [writer.shown.indicators[n] for n in indicators]
    rows = [
        {"place": names[code]["name"], "lines": [writer.line(n, held.get(n), sunday) for n in indicators]}
        for code, held in sorted(curves.items(), key=lambda pair: names[pair[0]]["name"])
    ]
    titles = [f"{e[f'title_{writer.language}']} ({e[f'unit_{writer.language}']})" for e in heads]
    if not sunday:
        # The figures of a day are of other days by column, and of the same in all places.
        when = [next((r["lines"][n]["when"] for r in rows if r["lines"][n]["when"]), "") for n in range(len(titles))]
        titles = [", ".join(filter(None, pair)) for pair in zip(titles, when, strict=True)]
    return {"titles": titles, "rows": rows}


def _maps(writer: Writer, curves: Mapping[str, Mapping[str, Curve]], names: Iterable[str]) -> list[dict]:
    """The maps of indicators by département, those of which something is known."""
    return [found for name in names if name in writer.shown.indicators and (found := _map(writer, curves, name))]


def _map(writer: Writer, curves: Mapping[str, Mapping[str, Curve]], name: str) -> dict | None:
    """The map of an indicator by département: its title and unit, the picture as SVG, of which classes hold as many
    départements each, and what it says in words."""
    rows = {code: held[name].last for code, held in curves.items() if name in held and code in places()["DEP"]}
    values = {code: row["value"] for code, row in rows.items()}
    known = sorted(value for value in values.values() if value is not None)
    if not known:
        return None
    language, entry = writer.language, writer.shown.indicators[name]
    most = max((code for code in values if values[code] is not None), key=lambda code: (values[code], code))
    highest = "Le plus élevé\u00a0: " if language == "fr" else "The highest: "
    highest += f"{places()['DEP'][most]['name']}, {writer.text(rows[most], entry)}"
    breaks = sorted({round(known[len(known) * n // len(COLOURS)], 2) for n in range(1, len(COLOURS))})
    outlines = json.loads(OUTLINES.read_text(encoding="utf-8"))
    features = [each | {"value": values.get(each["properties"]["code"])} for each in outlines["DEP"]]
    colour = {
        "condition": {
            "test": "isValid(datum.value)",
            "field": "value",
            "type": "quantitative",
            "scale": {"type": "threshold", "domain": breaks, "range": COLOURS[: len(breaks) + 1]},
            "legend": {"title": None, "orient": "bottom", "direction": "horizontal", "format": ".2f"},
        },
        "value": "#d3d7db",
    }
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 420,
        "height": 400,
        "background": "white",
        "data": {"values": features},
        "projection": {"type": "identity"},
        "mark": {"type": "geoshape", "stroke": "white", "strokeWidth": 0.5},
        "encoding": {"color": colour},
        "config": {"view": {"stroke": None}, "font": "sans-serif", "aria": False},
    }
    return {
        "name": name,
        "title": entry[f"title_{language}"],
        "unit": entry[f"unit_{language}"],
        "alt": f"{entry[f'title_{language}']}. {highest}.",
        "period": rows[most]["period"],
        "when": writer.when(rows[most]),
        "svg": _lightened(vl_convert.vegalite_to_svg(spec, format_locale="fr-FR" if language == "fr" else "en-GB")),
    }


def _lightened(svg: str) -> str:
    """A map of half the weight: each outline as steps of tenths of a pixel, from point to point. It is one image; its
    parts have no roles of their own."""
    return OUTLINE.sub(lambda found: f'd="{RING.sub(_in_steps, found[1])}"', ROLE.sub("", svg))


def _in_steps(ring: re.Match) -> str:
    """A ring of points, as steps from the first of them; one that does not move is none."""
    points = [[round(float(each) * 10) for each in point.split(",")] for point in ring[1].split("L")]
    steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(points)]
    told = "l".join(f"{x / 10:g},{y / 10:g}" for x, y in [points[0], *(step for step in steps if any(step))])
    return f"M{told}Z"


def _write(
    pages: Pages, name: str, language: str, content: dict, addresses: Mapping[str, tuple[str, int]], alone: bool = False
) -> None:
    """Write a bulletin as a page and, beside it, as PDF."""

    def address(row: Mapping) -> tuple[str, int] | None:
        return addresses.get(row_key(row))

    def number(line: Mapping) -> Markup:
        """A figure that leads to its row; `#row=` counts the head of the file as the first (RFC 7111)."""
        if line["row"] is None:
            return Markup('<span class="none">{}</span>').format(line["text"])
        shown = figure(line["row"], pages.shown.indicators[line["name"]]["decimals"], language)
        found = address(line["row"])
        if not found:
            return shown
        return Markup('<a class="number" href="{}/{}#row={}">{}</a>').format(
            content["files"], found[0], found[1] + 1, shown
        )

    pages.write(
        "bulletin.html.j2",
        name,
        [language],
        alone=alone,
        content=content,
        number=number,
        image=_image,
        comment=Markup(markdown(content["comment"])) if content["comment"] else "",
        pdf=Path(page_name(name, language)).with_suffix(".pdf").name,
    )
    references: list[str] = []

    def reference(line: Mapping) -> int | None:
        found = address(line["row"]) if line["row"] else None
        if not found:
            return None
        text = f"{found[0].removeprefix('open_data/')}, {'ligne' if language == 'fr' else 'row'} {found[1]}"
        if text not in references:
            references.append(text)
        return references.index(text) + 1

    def line(of: Mapping) -> dict:
        shown = ("title", "unit", "text", "before_text", "change", "mark", "stratum", "when", "status")
        return {key: of[key] for key in shown} | {"ref": reference(of)}

    data = {
        "language": language,
        **{key: content[key] for key in ("title", "span", "weekly", "data_to", "notices")},
        "comment": content["comment"] or "",
        "lines": [line(each) for each in content["lines"]],
        "themes": [
            {"title": theme["title"], "lines": [line(each) for each in theme["lines"]]} for theme in content["themes"]
        ],
        "maps": [{key: each[key] for key in ("title", "unit", "when", "alt", "svg")} for each in content["maps"]],
        "states": content["states"],
        "sections": [
            {
                "title": section["title"],
                "sentences": [
                    {
                        "head": each["head"],
                        "text": each["line"]["text"] + each["mark"],
                        "tail": each["tail"][0]
                        + (each["line"]["before_text"] + each["tail"][1] if each["tail"][1:] else ""),
                        "ref": reference(each["line"]),
                    }
                    for each in section["sentences"]
                ],
            }
            for section in content["sections"]
        ],
        "box": {
            "titles": content["box"]["titles"],
            "rows": [
                {
                    "place": row["place"],
                    "cells": [{"text": each["text"] + each["mark"], "ref": reference(each)} for each in row["lines"]],
                }
                for row in content["box"]["rows"]
            ],
        }
        if content["box"]
        else None,
        "release": pages.shown.header["release_id"],
    }
    data["references"] = references
    path = (pages.folder / page_name(name, language)).with_suffix(".pdf")
    path.write_bytes(_pdf(data))


def _image(of: Mapping) -> Markup:
    """A map within a page, of which a reader who does not see it hears what it says."""
    return Markup(of["svg"].replace("<svg ", f'<svg role="img" aria-label="{escape(of["alt"])}" ', 1))


def _pdf(data: Mapping) -> bytes:
    """A bulletin as PDF, with the fonts of typst alone and without a clock: the same content is the same bytes."""
    made = typst.compile(
        (HERE / "templates" / "bulletin.typ").read_bytes(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        timestamp=0,
    )
    assert isinstance(made, bytes)
    return made
