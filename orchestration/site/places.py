"""Territory sheets: all indicators of a région or a département on a page that prints well, beside France."""

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from markupsafe import Markup

from orchestration.home import PROJECT
from orchestration.release import words
from orchestration.release.methods import LANGUAGES
from orchestration.site.pages import Pages, change_words, figure, sparkline
from orchestration.site.shown import Curve, Shown

REFERENTIAL = PROJECT / "seeds" / "referential"


@cache
def places() -> dict[str, dict[str, dict]]:
    """Régions and départements by level and code: `name`, and of a département its `region`."""
    return {
        "REG": {row["reg"]: {"name": row["reg_name"]} for row in _rows("regions")},
        "DEP": {row["dep"]: {"name": row["dep_name"], "region": row["reg"]} for row in _rows("departements")},
    }


@cache
def local_places() -> dict[str, dict[str, dict[str, str]]]:
    """The names of the places of each département below it, by level and code: EPCI, communes, and the municipal
    arrondissements, which IRIS are named after."""
    communes = {row["com"]: row for row in _rows("communes")}
    epci = {row["epci"]: row["epci_name"] for row in _rows("epci")}
    found: dict[str, dict[str, dict[str, str]]] = {}
    for code, row in communes.items():
        of_dep = found.setdefault(row["dep"], {"EPCI": {}, "COM": {}, "ARR": {}})
        of_dep["COM"][code] = row["com_name"]
        if row["epci"] in epci:
            of_dep["EPCI"][row["epci"]] = epci[row["epci"]]
    for row in _rows("commune_arrondissements"):
        commune = communes[row["com"]]
        found[commune["dep"]]["ARR"][row["arr"]] = f"{commune['com_name']} ({row['arr']})"
    return found


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (REFERENTIAL / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def sheet_name(level: str, code: str) -> str:
    """The page of a territory, below the site: `places/dep-75.{}.html`."""
    return f"places/{level.lower()}-{code}.{{}}.html"


def write_places(pages: Pages) -> None:
    """Write a sheet for each territory of which something is published, and their index."""
    local = pages.shown.local
    known = {
        level: {code: place for code, place in of_level.items() if code in local[level]}
        for level, of_level in places().items()
    }
    rows = Rows(pages.shown)
    for level, of_level in known.items():
        for code, place in of_level.items():
            curves = local[level][code]
            of = {"level": level, "code": code, "place": place, "places": known, "curves": curves}
            for language in LANGUAGES:
                name = sheet_name(level, code)
                pages.write("place.html.j2", name, [language], **of, rows=rows.of(curves, language))
    by_name = dict(sorted(known["REG"].items(), key=lambda each: _in_order(each[1]["name"])))
    pages.write("places.html.j2", "places/index.{}.html", places=known | {"REG": by_name})


def _in_order(name: str) -> str:
    """A name by which to sort: an accent is no letter."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))


class Rows:
    """The rows of the sheets, as HTML: there are tens of thousands, so that what they share is written once."""

    def __init__(self, shown: Shown) -> None:
        """Prepare what is said of each indicator, and the figures of France by last day."""
        self.shown = shown
        self._france = {
            (name, day): value
            for name, curve in shown.national.items()
            for day, value in zip(curve.days, curve.value, strict=True)
        }
        self._sparks: dict[int, Markup] = {}
        self._shared: dict[tuple, tuple[Markup, Markup, Markup]] = {}

    def of(self, curves: Mapping[str, Curve], language: str) -> dict[str, Markup]:
        """The rows of a territory, by indicator."""
        return {name: self._row(self.shown.indicators[name], curve, language) for name, curve in curves.items()}

    def _row(self, entry: Mapping, curve: Curve, language: str) -> Markup:
        last, decimals = curve.last, entry["decimals"]
        shared = (entry["name"], last["period_end"], last["status"] == "provisional", language)
        if shared not in self._shared:
            self._shared[shared] = self._same_everywhere(entry, last, language)
        head, france, period = self._shared[shared]
        if id(curve) not in self._sparks:
            self._sparks[id(curve)] = sparkline(curve, None)
        change = change_words(curve, entry, language)
        return Markup(
            f'<tr>{head}<td class="n">{figure(last, decimals, language)}</td><td class="n">{change}</td>'
            f"<td>{self._sparks[id(curve)]}</td>{france}{period}</tr>"
        )

    def _same_everywhere(self, entry: Mapping, last: Mapping, language: str) -> tuple[Markup, Markup, Markup]:
        stratum = self.shown.stratum_words(entry["name"], (last["stratum_scheme"], last["stratum"]), language)
        unit = ", ".join(filter(None, [stratum, entry[f"unit_{language}"]]))
        title = entry[f"title_{language}"]
        if language == "fr":
            title, unit = words.typeset(title), words.typeset(unit)
        head = Markup(
            '<th scope="row"><a href="../methods/{}.{}.html">{}</a> <span class="soft">{}</span></th>'
        ).format(entry["name"], language, title, unit)
        day = last["period_end"]
        there = dict(last, geo_level="FRA", geo_code="FR", value=self._france.get((entry["name"], day)))
        shown = figure(there, entry["decimals"], language) if there["value"] is not None else "–"
        mark = "*" if last["status"] == "provisional" else ""
        period = Markup('<td class="nowrap">{}<br>{}{}</td>').format(
            words.word("period", last["period"], language), words.date(day, language), mark
        )
        return head, Markup('<td class="n">{}</td>').format(shown), period
