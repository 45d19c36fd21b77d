"""The observatory: one page that maps any indicator by région or département, over time, and the classes of weekly
rates by EPCI, commune or IRIS, a département at a time: on a map where the release has their outlines, else in a table.

It reads the files of the open data themselves, the CSV of the last days, so that map, table and file cannot differ; of
a series that is longer than those, a small file beside the page holds the older figures of all sexes and ages. What the
page may ask for stands in `observatory/choices.json`, which follows from the catalogue. Figures as known in a past
release are made of these and of what `known` tells.
"""

import datetime as dt
import json
from pathlib import Path

from orchestration.release import words
from orchestration.release.charts import embedded
from orchestration.release.files import copy_rows, link
from orchestration.release.policy import publishing
from orchestration.site.known import CHOICES, write_known
from orchestration.site.pages import Pages
from orchestration.site.places import local_places, places
from orchestration.site.shown import Shown

HOME = "observatory"
LEVELS = ("DEP", "REG")
# Columns of the older figures, by the names of the published files.
OLDER = (
    "geo_level, geo_code, period, period_end, stratum_scheme, stratum, sex, age_scheme, age_class, "
    "numerator, denominator, value, ci_low, ci_high, status"
)
# The words of the page that its script needs, in French and English.
WORDS = {
    "noData": ("pas de chiffre", "no figure"),
    "zero": ("zéro", "zero"),
    "incomplete": ("incomplet", "incomplete"),
    "play": ("Lancer", "Play"),
    "pause": ("Arrêter", "Pause"),
    "failed": (
        "Les données n'ont pas pu être chargées : cette page a besoin d'un serveur web, par exemple « vigie serve ».",
        "The data could not be loaded: this page needs a web server, such as 'vigie serve'.",
    ),
    "loading": ("Chargement…", "Loading…"),
    "place": ("Territoire", "Territory"),
    "value": ("Valeur", "Value"),
    "interval": ("IC à 95 %", "95% CI"),
    "status": ("Statut", "Status"),
    "compare": ("Comparer", "Compare"),
    "compared": ("comparé", "compared"),
    "upTo": ("jusqu'au", "up to"),
    "highest": ("Le plus élevé : ", "The highest: "),
    "total": ("ensemble", "all"),
    "now": ("aujourd'hui", "today"),
    "knownOn": ("tel que connu le", "as known on"),
    "noClass": ("pas de classe", "no class"),
    "class": ("Classe", "Class"),
    "classed": ("territoires avec une classe", "territories with a class"),
    "iris": ("IRIS", "IRIS"),
    "vintage": ("millésime", "vintage"),
}


def write_observatory(pages: Pages, previous: Path | None, earlier: Path | None = None) -> None:
    """Write the page in both languages, what it may ask for, the older figures of long series, and what figures were
    before this release and those that `earlier` tells of."""
    shown = pages.shown
    (pages.folder / HOME).mkdir(exist_ok=True)
    older = _write_older(shown, pages.folder, previous)
    releases = write_known(shown, pages.folder, earlier, _known_later(shown))
    offered = choices(shown, older, releases)
    _write(pages.folder / CHOICES, offered)
    if any(each["classes"] for each in offered["indicators"]):
        for dep, names in local_places().items():
            _write(pages.folder / f"{HOME}/places-{dep}.json", names)
    for language in ("fr", "en"):
        told = {key: words.typeset(pair[0]) if language == "fr" else pair[1] for key, pair in WORDS.items()}
        told |= {"status." + key: words.word("status", key, language) for key in words.AXES["status"]}
        pages.write("observatory.html.j2", "observatory{}.html", [language], words=embedded(told))


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def choices(shown: Shown, older: set[str], releases: list[str]) -> dict:
    """What can be mapped, by indicator: its titles and units, whether it is a count, and by level and period the files
    with their sexes, ages and strata, and the files of classes below the département; the départements of which there
    are outlines, by level; and the past releases as which it can be shown, with this one."""
    found = []
    for theme in shown.themes:
        for entry in theme.indicators:
            parts = [_part(shown, each, older) for each in shown.datasets.values() if _is_mapped(each, entry["name"])]
            if not any(set(part["geo"]) & set(LEVELS) for part in parts):
                continue
            curve = shown.national.get(entry["name"])
            found.append(
                {
                    "name": entry["name"],
                    "theme": theme.name,
                    "title": {"fr": entry["title_fr"], "en": entry["title_en"]},
                    "unit": {"fr": entry["unit_fr"], "en": entry["unit_en"]},
                    "count": bool(curve and curve.is_count),
                    "decimals": entry["decimals"],
                    "parts": parts,
                    "classes": _classes(shown, entry["name"]),
                    "strata": entry["stratum_schemes"],
                }
            )
    return {
        "today": shown.today.isoformat(),
        "releases": releases,
        "themes": [{"name": t.name, "fr": t.fr, "en": t.en} for t in shown.themes],
        "indicators": found,
        "words": {axis: words.AXES[axis] for axis in ("period", "sex", "age")},
        "ages": {
            scheme: {
                code: {"fr": fr, "en": en}
                for (code, fr), (_, en) in zip(
                    words.age_classes(scheme, "fr"), words.age_classes(scheme, "en"), strict=True
                )
            }
            for scheme in words.AXES["age"]
            if scheme != "all"
        },
        "names": {level: {code: place["name"] for code, place in held.items()} for level, held in places().items()},
        "outlines": {each["level"]: each["departements"] for each in shown.catalogue.get("outlines", [])},
        "regions": {code: place["region"] for code, place in places()["DEP"].items()},
    }


def _classes(shown: Shown, name: str) -> list[dict]:
    """The files that hold classes of an indicator, with their level and columns."""
    mapped = [each for each in shown.datasets.values() if each.get("map") and each["csv"]]
    return [
        {key: each["map"][key] for key in ("level", "place", "period", "age")}
        | {"csv": each["csv"], "column": each["map"]["classes"][name]}
        for each in mapped
        if name in each["map"]["classes"]
    ]


def _known_later(shown: Shown) -> list[str]:
    """The series of which it is told what they were: those of the observatory that have all sexes and ages."""
    return [
        each["name"]
        for each in shown.datasets.values()
        if each["indicator"] and each["csv"] and each["axes"] and set(each["axes"]["geo"]) & {"FRA", *LEVELS}
        if "all" in each["axes"]["sex"] and "all" in each["axes"]["age"]
    ]


def _is_mapped(each: dict, name: str) -> bool:
    return each["indicator"] == name and bool(each["axes"]) and bool(each["csv"])


def _part(shown: Shown, each: dict, older: set[str]) -> dict:
    axes = each["axes"]
    due = (shown.today - dt.timedelta(each["lag_days"])).isoformat()
    curve = shown.whole.get(each["indicator"])
    return {key: axes[key] for key in ("geo", "period", "sex", "age", "strata")} | {
        "csv": each["csv"],
        "older": f"{HOME}/{each['name']}.csv.gz" if each["name"] in older else None,
        "due": max(due, curve.last["period_end"]) if curve else due,
    }


def _write_older(shown: Shown, folder: Path, previous: Path | None) -> set[str]:
    """Write the figures before those of the CSV, of all sexes and ages, for the series that have some; a file of which
    the months are those of the release before is a link. Gives the names of the series."""
    before = Shown(previous) if previous and (previous / CHOICES).is_file() else None
    written = set()
    for each in shown.datasets.values():
        axes = each["axes"]
        if not axes or not each["parquet"] or not set(axes["geo"]) & {"FRA", *LEVELS} or "wave" in axes["period"]:
            continue
        if "all" not in axes["sex"] or "all" not in axes["age"] or not each["last_period"]:
            continue
        first = dt.date.fromisoformat(each["last_period"]) - dt.timedelta(publishing().published_days)
        months = [path for path in each["parquet"] if Path(path).stem <= f"{first:%Y-%m}"]
        if not months:
            continue
        name = f"{HOME}/{each['name']}.csv.gz"
        resource = f"{each['name']}-parquet"
        same = before and before.resources.get(resource) == shown.resources.get(resource)
        if same and (previous / name).is_file():
            link(previous / name, folder / name)
            written.add(each["name"])
            continue
        files = ", ".join(f"'{shown.folder / path}'" for path in months)
        query = (
            f"select {OLDER} from read_parquet([{files}]) where sex = 'all' and age_scheme = 'all' "
            f"and period_end <= date '{first}' "
            "order by period_end, period, geo_level, geo_code, stratum_scheme, stratum"
        )
        if copy_rows(shown.connection, query, folder / name)["rows"]:
            written.add(each["name"])
        else:
            (folder / name).unlink()
    return written
