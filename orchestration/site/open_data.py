"""The pages of the open data: all datasets to search, a page for each, a page for users; and for programs a DCAT-AP
catalogue and an Atom feed of releases, incidents and errata.

Addresses are stable: `<server>/latest/open_data/<file>` is the last release, `<server>/<release>/open_data/<file>` one
of them for good. In what programs read they are relative to the file itself, since a release does not know its server.
"""

import csv
import gzip
import io
import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from orchestration.release import words
from orchestration.release.datapackage import LICENCE
from orchestration.release.files import FOLDER
from orchestration.site.pages import Pages
from orchestration.site.shown import NO_THEME, Shown

DCAT, FEED = "catalogue.jsonld", "feed.atom"
# Rows of a preview, releases in the feed and as many others, and names in a sentence.
PREVIEW, ENTRIES, LISTED = 5, 60, 8
# What ids of entries begin with; those of releases and of what was calculated anew are kept from feed to feed.
RELEASE, ERRATUM, RETRACTED = (f"urn:vigie:{kind}:" for kind in ("release", "erratum", "retracted"))
KEPT = (RELEASE, ERRATUM)
REVISIONS = f"{FOLDER}/revisions.parquet"
ATOM = "http://www.w3.org/2005/Atom"
# Words of the DCAT-AP vocabularies: a rhythm, a kind of file.
DAILY = "http://publications.europa.eu/resource/authority/frequency/DAILY"
HEALTH = "http://publications.europa.eu/resource/authority/data-theme/HEAL"
FILE_TYPES = {
    "csv": "http://publications.europa.eu/resource/authority/file-type/CSV",
    "parquet": "http://publications.europa.eu/resource/authority/file-type/PARQUET",
    "geojson": "http://publications.europa.eu/resource/authority/file-type/GEOJSON",
}


def write_open_data(pages: Pages, previous: Path | None) -> None:
    """Write the search page, a page for each dataset, the users' page, the DCAT-AP catalogue and the feed."""
    shown = pages.shown
    facts = [_facts(shown, each) for each in shown.datasets.values()]
    pages.write("data.html.j2", "data{}.html", datasets=facts)
    for each in facts:
        pages.write("dataset.html.j2", f"data/{each['name']}.{{}}.html", each=each)
    pages.write("users.html.j2", "users{}.html")
    (pages.folder / DCAT).write_text(
        json.dumps(dcat(shown, facts), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (pages.folder / FEED).write_text(feed(shown, previous), encoding="utf-8")


def _facts(shown: Shown, each: dict) -> dict:
    """What the pages tell of a dataset: its entry of the catalogue, with its theme, files, schema and first rows."""
    resource = shown.resources.get(each["name"], {})
    parquet = shown.resources.get(f"{each['name']}-parquet", {})
    entry = shown.indicators.get(each["indicator"]) if each["indicator"] else None
    theme = (entry["theme"] or NO_THEME) if entry else "layouts"
    titles = {t.name: t for t in shown.themes}
    return each | {
        "theme": theme,
        "theme_title": titles[theme] if theme in titles else None,
        "entry": entry,
        "csv_bytes": resource.get("bytes"),
        "parts": parquet.get("parts") or ([parquet] if parquet else []),
        "parquet_bytes": sum(p["bytes"] for p in parquet.get("parts") or ([parquet] if parquet else [])),
        "fields": (resource or parquet).get("schema", {}).get("fields", []),
        "constants": resource.get("constants", {}),
        "description": {
            "fr": resource.get("description", ""),
            "en": resource.get("translations", {}).get("en", {}).get("description", ""),
        },
        "preview": _first_rows(shown.folder / each["csv"]) if each["csv"] else [],
        "levels": " ".join(each["axes"]["geo"]) if each["axes"] else "",
        "ages": " ".join(each["axes"]["age"]) if each["axes"] else "",
    }


def _first_rows(path: Path) -> list[list[str]]:
    """The head of a CSV file and its first rows."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as file:
        lines = b"".join(file.readline() for _ in range(PREVIEW + 1)).decode("utf-8")
    return list(csv.reader(io.StringIO(lines), delimiter=";"))


def dcat(shown: Shown, facts: list[dict]) -> dict:
    """The catalogue in DCAT-AP, as JSON-LD; addresses are relative to it."""

    def distribution(path: str, kind: str, size: int, of: dict | None = None) -> dict:
        licence = (of or {}).get("licenses", [LICENCE])[0]
        return {
            "@type": "dcat:Distribution",
            "dct:title": Path(path).name,
            "dcat:accessURL": {"@id": path},
            "dcat:downloadURL": {"@id": path},
            "dct:format": {"@id": FILE_TYPES[kind]},
            "dcat:byteSize": size,
            "dct:license": {"@id": licence["path"]} if "path" in licence else licence["name"],
        }

    def dataset(each: dict) -> dict:
        files = [distribution(each["csv"], "csv", each["csv_bytes"])] if each["csv"] else []
        files += [distribution(p["path"], "parquet", p["bytes"]) for p in each["parts"]]
        return {
            "@id": f"data/{each['name']}.fr.html",
            "@type": "dcat:Dataset",
            "dct:identifier": each["name"],
            "dct:title": [{"@value": each["title"][language], "@language": language} for language in ("fr", "en")],
            "dct:description": [
                {"@value": each["description"][language] or each["title"][language], "@language": language}
                for language in ("fr", "en")
            ],
            "dct:accrualPeriodicity": {"@id": DAILY},
            "dcat:theme": {"@id": HEALTH},
            "dct:modified": {"@value": each["last_period"], "@type": "xsd:date"} if each["last_period"] else None,
            "dcat:landingPage": {"@id": f"data/{each['name']}.fr.html"},
            "dcat:distribution": files,
        }

    def outlines(each: dict) -> dict:
        """The outlines of a level, by what the data package says of them."""
        other = each["translations"]["en"]
        return {
            "@id": each["name"],
            "@type": "dcat:Dataset",
            "dct:identifier": each["name"],
            **{
                f"dct:{key}": [{"@value": each[key], "@language": "fr"}, {"@value": other[key], "@language": "en"}]
                for key in ("title", "description")
            },
            "dct:source": [source["title"] for source in each["sources"]],
            "dcat:landingPage": {"@id": "data.html"},
            "dcat:distribution": [distribution(part["path"], "geojson", part["bytes"], each) for part in each["parts"]],
        }

    publisher = {"@type": "foaf:Agent", "foaf:name": "Vigie"}
    drawn = [shown.resources[level["name"]] for level in shown.catalogue.get("outlines", [])]
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": DCAT,
        "@type": "dcat:Catalog",
        "dct:title": [
            {"@value": "Vigie : données ouvertes", "@language": "fr"},
            {"@value": "Vigie: open data", "@language": "en"},
        ],
        "dct:description": [{"@value": shown.package["description"], "@language": "fr"}],
        "dct:publisher": publisher,
        "dct:license": {"@id": LICENCE["path"]},
        "dct:modified": {"@value": shown.today.isoformat(), "@type": "xsd:date"},
        "dcat:dataset": [
            {k: v for k, v in each.items() if v is not None} | {"dct:publisher": publisher}
            for each in [*map(dataset, facts), *map(outlines, drawn)]
        ],
    }


def feed(shown: Shown, previous: Path | None) -> str:
    """The feed, the last first: releases, each with what a reader must know of it; incidents, changes of definition and
    errata. An entry is as the feed of the release before has it, when it says the same."""
    ElementTree.register_namespace("", ATOM)
    release, today = shown.header["release_id"], f"{shown.today.isoformat()}T00:00:00Z"
    known = _entries(previous)
    told = [_release_entry(shown), *_errata(shown), *_events(shown)]
    ours = {each["id"]: each | {"updated": each["updated"] or _since(known, each) or today} for each in told}
    kept = (each for each in known.values() if each["id"].startswith(KEPT))
    found = [*ours.values(), *(each for each in kept if each["id"] not in ours)]
    found.sort(key=lambda each: (each["updated"], each["id"] == f"{RELEASE}{release}"), reverse=True)

    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(root, "title", "Vigie : publications, incidents et errata")
    _add(root, "id", "urn:vigie:releases")
    _add(root, "updated", today)
    _add(_add(root, "author"), "name", "Vigie")
    _add(root, "link", rel="self", href=f"../latest/{FEED}")
    left = Counter[bool]()
    for each in found:
        is_release = each["id"].startswith(RELEASE)
        left[is_release] += 1
        if left[is_release] > ENTRIES:
            continue
        entry = _add(root, "entry")
        for name in ("title", "id", "updated"):
            _add(entry, name, each[name])
        _add(entry, "link", rel="alternate", href=each["href"])
        _add(entry, "summary", each["summary"])
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text or None
    return element


def _entries(release: Path | None) -> dict[str, dict[str, str]]:
    """The entries of the feed of a release by their id."""
    path = release / FEED if release else None
    if not path or not path.is_file():
        return {}
    found = {}
    for entry in ElementTree.fromstring(path.read_text(encoding="utf-8")).findall(f"{{{ATOM}}}entry"):
        texts = {name: entry.findtext(f"{{{ATOM}}}{name}", "") for name in ("title", "id", "updated", "summary")}
        link = entry.find(f"{{{ATOM}}}link")
        found[texts["id"]] = texts | {"href": link.get("href", "") if link is not None else ""}
    return found


def _since(known: dict[str, dict[str, str]], entry: dict[str, str]) -> str:
    """When an entry that says the same was written; nothing when there is none."""
    before = known.get(entry["id"])
    return before["updated"] if before and before["summary"] == entry["summary"] else ""


def _entry(of: str, title: str, summary: str, href: str, day: str = "") -> dict[str, str]:
    updated = f"{day}T00:00:00Z" if day else ""
    return {"id": of, "title": title, "summary": summary, "href": href, "updated": updated}


def _release_entry(shown: Shown) -> dict[str, str]:
    release = shown.header["release_id"]
    said = " ".join(notice["fr"] for notice in shown.catalogue["notices"]) or "À jour."
    return _entry(
        f"{RELEASE}{release}", f"Publication {release}", said, f"../{release}/index.html", shown.today.isoformat()
    )


def _events(shown: Shown) -> list[dict[str, str]]:
    """An entry for the incidents that touch the same days, and for each change of definition that is past."""
    together: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
    for output, events in sorted(shown.events.items()):
        for each in events:
            kind, since, until = each["kind"], each["since"], each["until"]
            if kind == "incident" or since <= shown.today.isoformat():
                key = (kind, since, until, "" if kind == "incident" else each["fr"])
                outputs, texts = together.setdefault(key, ([], []))
                outputs += [output] if output not in outputs else []
                texts += [each["fr"]] if each["fr"] not in texts else []
    found = []
    for (kind, since, until, _), (outputs, texts) in together.items():
        days = words.date(since, "fr") + (f" – {words.date(until, 'fr')}" if until != since else "")
        what, of, day = (
            ("Incident", until, "") if kind == "incident" else ("Changement de définition", outputs[0], since)
        )
        said = f"{' '.join(texts)} {_listed([shown.title(each) for each in outputs])}"
        found.append(_entry(f"urn:vigie:{kind}:{since}:{of}", f"{what} : {days}", said, "open_data/events.csv", day))
    return found


def _errata(shown: Shown) -> list[dict[str, str]]:
    """An entry for what was retracted, by day, and one for published figures that changed by the rules or by another
    calculation, and not because of what was received."""
    release, found = shown.header["release_id"], []
    retracted: dict[str, list[str]] = {}
    for each in shown.package.get("retracted", []):
        retracted.setdefault(each["since"], []).append(each["name"])
    for day, names in retracted.items():
        found.append(_entry(f"{RETRACTED}{day}", "Erratum : chiffres retirés", _listed(names), "data.html", day))
    revisions = shown.folder / REVISIONS
    if revisions.is_file():
        rows = shown.connection.execute(
            "select dataset, count(*) from read_parquet(?) where definition <> 0 or population <> 0 "
            "group by 1 order by 1",
            [str(revisions)],
        ).fetchall()
        if rows:
            said = (
                f"{sum(count for _, count in rows)} chiffres déjà publiés ont changé par les règles, un nouveau calcul "
                f"ou une autre population. {_listed([name for name, _ in rows])}"
            )
            href = f"../{release}/open_data/revisions.csv"
            found.append(_entry(f"{ERRATUM}{release}", "Erratum : chiffres recalculés", said, href))
    return found


def _listed(names: list[str]) -> str:
    """Names in a sentence, the first of them where there are many."""
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" et {more} autre{'s' if more > 1 else ''}." if more > 0 else ".")
