"""The pages of the open data: all datasets to search, a page for each, a page for users; and for programs a DCAT-AP
catalogue and an Atom feed of releases.

Addresses are stable: `<server>/latest/open_data/<file>` is the last release, `<server>/<release>/open_data/<file>` one
of them for good. In what programs read they are relative to the file itself, since a release does not know its server.
"""

import csv
import gzip
import io
import json
from pathlib import Path
from xml.etree import ElementTree

from orchestration.release.datapackage import LICENCE
from orchestration.site.pages import Pages
from orchestration.site.shown import NO_THEME, Shown

DCAT, FEED = "catalogue.jsonld", "feed.atom"
# Rows of a preview, and releases in the feed.
PREVIEW, ENTRIES = 5, 60
ATOM = "http://www.w3.org/2005/Atom"
# Words of the DCAT-AP vocabularies: a rhythm, a kind of file.
DAILY = "http://publications.europa.eu/resource/authority/frequency/DAILY"
HEALTH = "http://publications.europa.eu/resource/authority/data-theme/HEAL"
FILE_TYPES = {
    "csv": "http://publications.europa.eu/resource/authority/file-type/CSV",
    "parquet": "http://publications.europa.eu/resource/authority/file-type/PARQUET",
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

    def distribution(path: str, kind: str, size: int) -> dict:
        return {
            "@type": "dcat:Distribution",
            "dct:title": Path(path).name,
            "dcat:accessURL": {"@id": path},
            "dcat:downloadURL": {"@id": path},
            "dct:format": {"@id": FILE_TYPES[kind]},
            "dcat:byteSize": size,
            "dct:license": {"@id": LICENCE["path"]},
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

    publisher = {"@type": "foaf:Agent", "foaf:name": "Vigie"}
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
            {k: v for k, v in dataset(e).items() if v is not None} | {"dct:publisher": publisher} for e in facts
        ],
    }


def feed(shown: Shown, previous: Path | None) -> str:
    """The feed of releases: this one with what a reader must know of it, before those of the release before."""
    ElementTree.register_namespace("", ATOM)
    release = shown.header["release_id"]
    root = ElementTree.Element(f"{{{ATOM}}}feed")

    def add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
        element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        element.text = text or None
        return element

    day = f"{shown.today.isoformat()}T00:00:00Z"
    add(root, "title", "Vigie : publications")
    add(root, "id", "urn:vigie:releases")
    add(root, "updated", day)
    add(add(root, "author"), "name", "Vigie")
    add(root, "link", rel="self", href=f"../latest/{FEED}")
    entry = add(root, "entry")
    add(entry, "title", f"Publication {release}")
    add(entry, "id", f"urn:vigie:release:{release}")
    add(entry, "updated", day)
    add(entry, "link", rel="alternate", href=f"../{release}/index.html")
    add(entry, "summary", " ".join(notice["fr"] for notice in shown.catalogue["notices"]) or "À jour.")
    known = previous / FEED if previous else None
    if known and known.is_file():
        older = ElementTree.fromstring(known.read_text(encoding="utf-8")).findall(f"{{{ATOM}}}entry")
        ours = entry.findtext(f"{{{ATOM}}}id")
        root.extend([each for each in older if each.findtext(f"{{{ATOM}}}id") != ours][: ENTRIES - 1])
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"
