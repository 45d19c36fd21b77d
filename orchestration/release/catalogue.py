"""The catalogue of a release: `catalogue.json` and `catalogue.csv`, derived from the declarations."""

import csv
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.release.declarations import Indicator, Layout
from orchestration.release.files import FOLDER
from orchestration.release.methods import Page, iso
from orchestration.release.open_data import Dataset
from orchestration.release.standing import public_facts

COLUMNS = (
    "name",
    "title_fr",
    "title_en",
    "unit_fr",
    "unit_en",
    "source",
    "geographies",
    "periods",
    "sexes",
    "age_schemes",
    "strata",
    "definition",
    "fresh_by",
    "lag_days",
    "last_period",
    "last_status",
    "status",
    "since",
    "open_data",
    "methods_fr",
    "methods_en",
)


def write_catalogue(
    staging: Path,
    pages: list[Page],
    found: list[Dataset],
    header: Mapping,
    notices: Sequence[Mapping],
    outlines: Sequence[Mapping] = (),
) -> None:
    """Write the catalogue: indicators with their methods, every dataset with how it stands, the `outlines` of its
    places, and what a reader must know of the whole (`notices`). With the open data it is all that the site is made
    from."""
    release_id, today = header["release_id"], header["today"]
    rows = [_row(page) for page in pages]
    with open(staging / "catalogue.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: " ".join(v) if isinstance(v, list) else v for k, v in row.items()} for row in rows)
    write_json(
        staging / "catalogue.json",
        {
            "release": release_id,
            "today": iso(today),
            "as_of": iso(header["as_of"]),
            "docs": header["docs"],
            "notices": list(notices),
            "indicators": [
                row
                | {
                    "formula": page.indicator.formula.model_dump() if page.indicator.formula else None,
                    "breakdowns": [b.model_dump() for b in page.indicator.breakdowns],
                    "changes": [c.model_dump(mode="json") for c in page.indicator.changes],
                    "model": page.indicator.node,
                    "theme": page.theme,
                    "decimals": page.decimals,
                    "figures": page.indicator.figures,
                    "stratum_schemes": {n: s.model_dump() for n, s in page.indicator.stratum_schemes.items()},
                }
                for row, page in zip(rows, pages, strict=True)
            ],
            "datasets": [dataset_entry(dataset, today) for dataset in found],
            "outlines": list(outlines),
        },
    )


def dataset_entry(dataset: Dataset, today: dt.date) -> dict:
    """What a release says of a dataset: what it is, how much it holds, how fresh it is and how it stands."""
    return {
        "name": dataset.name,
        "title": dataset.title.model_dump(),
        "indicator": dataset.owner.name if isinstance(dataset.owner, Indicator) else None,
        "model": dataset.node,
        "axes": _axes(dataset),
        "map": dataset.owner.map.model_dump() if isinstance(dataset.owner, Layout) and dataset.owner.map else None,
        "csv": next((f"{FOLDER}/{file}" for file in dataset.paths("csv")), None),
        "parquet": [f"{FOLDER}/{file}" for file in dataset.paths("parquet")],
        "rows": dataset.rows,
        "fresh_by": dataset.owner.fresh_by,
        "lag_days": dataset.owner.lag_days,
        "last_period": iso(dataset.last_period),
        "expected_period": iso(dataset.expected_period(today)),
        "late": dataset.late(today),
        "provisional_from": iso(dataset.provisional_from),
        **public_facts(dataset),
    }


def _axes(dataset: Dataset) -> dict | None:
    """The breakdowns of a slice, its strata as pairs of scheme and stratum; None of an official layout."""
    if dataset.slice is None:
        return None
    axes = dataset.slice.model_dump(include={"geo", "period", "sex", "age"})
    return axes | {"strata": dataset.owner.strata(dataset.slice), "constants": dataset.owner.constants(dataset.slice)}


def write_json(path: Path, content: object) -> None:
    """Write JSON that a person can read, ending with a newline."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")


def _row(page: Page) -> dict:
    indicator, last = page.indicator, page.figures

    def axis(name: str) -> list[str]:
        return list(dict.fromkeys(v for b in indicator.breakdowns for v in getattr(b, name)))

    return {
        "name": indicator.name,
        "title_fr": indicator.title.fr,
        "title_en": indicator.title.en,
        "unit_fr": indicator.unit.fr,
        "unit_en": indicator.unit.en,
        "source": indicator.source,
        "geographies": axis("geo"),
        "periods": axis("period"),
        "sexes": axis("sex"),
        "age_schemes": axis("age"),
        "strata": axis("strata"),
        "definition": iso(indicator.definition),
        "fresh_by": indicator.fresh_by,
        "lag_days": indicator.lag_days,
        "last_period": last.last["period_end"] if last.last else None,
        "last_status": last.last["status"] if last.last else None,
        "status": page.standing.status if page.standing else None,
        "since": page.standing.since if page.standing else None,
        "open_data": [part.name for part in page.datasets if part.files],
        "methods_fr": f"methods/{indicator.name}.fr.html",
        "methods_en": f"methods/{indicator.name}.en.html",
    }
