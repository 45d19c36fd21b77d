"""How a release is made, step by step; see `release()`."""

import datetime as dt
import os
import platform
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from orchestration.errors import VigieError
from orchestration.home import PROJECT, Home
from orchestration.release import account, publication, words
from orchestration.release.catalogue import dataset_entry, write_catalogue, write_json
from orchestration.release.checks import Check, as_checks, refuse_if_blocked
from orchestration.release.datapackage import describe
from orchestration.release.declarations import read_declarations
from orchestration.release.methods import iso, last_figures, write_front, write_methods
from orchestration.release.open_data import Dataset, datasets, write_datasets
from orchestration.release.revisions import write_revisions
from orchestration.storage import fingerprint, locked, sync_tree

# What `report` is told as the release advances, besides the name of each dataset once it is written.
STEPS = (
    "checks",
    "open data",
    "data package",
    "history",
    "methods",
    "catalogue",
    "docs",
    "release.json",
    "sync",
    "publish",
    "latest",
)
PACKAGES = {"vigie": "vigie", "dbt": "dbt-core", "duckdb": "duckdb", "dagster": "dagster"}


@dataclass(frozen=True)
class Release:
    """A published release: its id and folder, its datasets, and which of them share the bytes of the one before."""

    id: str
    path: Path
    datasets: list[Dataset]

    @property
    def linked(self) -> list[str]:
        """Names of the datasets whose files are hard links to those of the release before."""
        return [dataset.name for dataset in self.datasets if dataset.linked]


def release(
    home: Home,
    today: dt.date,
    manifest_path: Path,
    checks: Iterable[Check | Mapping] = (),
    run_id: str | None = None,
    as_of: dt.date | None = None,
    report: Callable[[str], None] = lambda step: None,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Release:
    """Write `releases/<id>/` complete, then flip `releases/latest` to it.

    `today` is the day of the release (its id, what counts as late); `checks` the results of the checks that ran;
    `as_of` the last day of receipt when the warehouse was built for a past day; `report` hears each step.

    Raises VigieError, leaving `latest` as it was, when a blocking check failed, a declaration is wrong, a file would
    disclose numbers below the département, or another release is being written.
    """
    declarations = read_declarations(manifest_path)
    with locked(home.releases / ".lock", "a release"), _warehouse(home) as connection:
        report("checks")
        publication.clean_leftovers(home.releases)
        rows = account.reconciliation(connection, declarations)
        results = as_checks([*as_checks(checks), *([account.balance(rows)] if rows["total"] else [])])
        refuse_if_blocked(results)
        previous = publication.latest_release(home.releases)
        release_id = publication.next_id(home.releases, today)
        staging = publication.open_staging(home.releases, release_id)

        report("open data")
        found = datasets(declarations)
        write_datasets(connection, declarations, found, staging, previous, as_of, report)
        report("data package")
        write_json(staging / "datapackage.json", describe(declarations, found, release_id))

        report("history")
        revised = write_revisions(connection, declarations, staging, previous)

        figures = {i.name: last_figures(connection, declarations, i) for i in declarations.indicators}
        connection.close()
        seen = account.deliveries(home.lake / "ledger.parquet", as_of or today)
        used = [d for d in seen if d["verdict"] == "accepted"]
        notices = _notices(found, seen, today, as_of)
        docs = next((p for p in (Path(manifest_path).parent / "static_index.html",) if p.is_file()), None)
        header = {"release_id": release_id, "today": today, "as_of": as_of, "docs": docs is not None}
        made = {"git": _git(), "versions": _versions()}

        report("methods")
        write_methods(staging, declarations, figures, found, header, report)
        report("catalogue")
        write_catalogue(staging, declarations, found, figures, release_id, today)
        body = {
            "notices": notices,
            "deliveries": used,
            "reconciliation": rows,
            "columns": account.COLUMNS,
            "checks": [check.as_dict() for check in results],
            **made,
        }
        write_front(staging, declarations, figures, found, header, body)
        report("docs")
        if docs:
            (staging / "docs").mkdir()
            shutil.copyfile(docs, staging / "docs" / "index.html")

        report("release.json")
        write_json(
            staging / "release.json",
            {
                "id": release_id,
                "created": now().astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "today": iso(today),
                "as_of": iso(as_of),
                "run_id": run_id,
                "previous": previous.name if previous else None,
                **made,
                "notices": notices,
                "datasets": {d.name: _dataset_facts(d, today) for d in found},
                "indicators": [i.name for i in declarations.indicators],
                "checks": body["checks"],
                "reconciliation": rows,
                "revisions": revised,
                "deliveries": used,
                "deliveries_not_used": [d for d in seen if d["verdict"] != "accepted"],
                "files": _hashes(staging, found),
            },
        )
        report("sync")
        sync_tree(staging)
        report("publish")
        final = publication.publish(home.releases, staging, release_id)
        report("latest")
        publication.flip_latest(home.releases, release_id)
    return Release(release_id, final, found)


def _warehouse(home: Home) -> duckdb.DuckDBPyConnection:
    """The warehouse, read only: a release changes nothing in it.

    One thread a query, so that neither the order of rows nor a sum of decimals depends on how the work was shared
    out; the datasets are written side by side instead.
    """
    if not Path(home.database).exists():
        raise VigieError(f"There is no warehouse at {home.database}. Run `vigie build` first.")
    try:
        return duckdb.connect(
            str(home.database),
            read_only=True,
            config={"memory_limit": os.environ.get("VIGIE_MEMORY_LIMIT", "6GB"), "threads": 1},
        )
    except duckdb.IOException as error:
        raise VigieError("The warehouse is in use by another run. Wait for it to end, then release again.") from error


def _notices(found: list[Dataset], seen: list[dict], today: dt.date, as_of: dt.date | None) -> list[dict]:
    """What a reader must know before using the figures, in both languages."""
    notices = []

    def tell(kind: str, names: list[str], fr: str, en: str) -> None:
        notices.append({"kind": kind, "datasets": names, "fr": fr, "en": en})

    if as_of:
        tell(
            "as_of",
            [],
            f"Chiffres tels que connus le {words.date(as_of, 'fr')}.",
            f"Figures as known on {words.date(as_of, 'en')}.",
        )
    starts = [d.provisional_from for d in found if d.provisional_from]
    if starts:
        tell(
            "provisional",
            [d.name for d in found if d.provisional_from],
            f"Les chiffres sont provisoires à partir du {words.date(min(starts), 'fr')} : des résultats tardifs "
            "peuvent encore les changer.",
            f"Figures are provisional from {words.date(min(starts), 'en')}: late results may still change them.",
        )
    late = [d.name for d in found if d.rows and d.late(today)]
    if late:
        tell(
            "late",
            late,
            f"{len(late)} jeu(x) de données sur {len(found)} n'ont pas encore les derniers jours attendus.",
            f"{len(late)} of {len(found)} datasets do not hold the last days expected yet.",
        )
    empty = [d.name for d in found if not d.rows]
    if empty:
        tell(
            "empty",
            empty,
            f"{len(empty)} jeu(x) de données sont vides : {', '.join(empty)}.",
            f"{len(empty)} datasets are empty: {', '.join(empty)}.",
        )
    refused = [f"{d['feed']}/{d['file']}" for d in seen if d["verdict"] == "refused"]
    if refused:
        tell(
            "partial",
            [],
            f"{len(refused)} fichier(s) reçu(s) ont été refusés ; les chiffres peuvent être incomplets.",
            f"{len(refused)} received file(s) were refused; figures may be incomplete.",
        )
    return notices


def _dataset_facts(dataset: Dataset, today: dt.date) -> dict:
    """What release.json keeps of a dataset; the next release reads it back to know whether it changed."""
    return dataset_entry(dataset, today) | {
        "columns": dataset.columns,
        "signature": dataset.signature,
        "linked": dataset.linked,
        "files": dataset.files,
    }


def _hashes(staging: Path, found: list[Dataset]) -> dict[str, dict]:
    known = {f"open_data/{d.name}.{suffix}": facts for d in found for suffix, facts in d.files.items()}
    paths = sorted(p for p in staging.rglob("*") if p.is_file())
    names = {str(p.relative_to(staging)): p for p in paths}
    return {n: known.get(n) or {"bytes": p.stat().st_size, "sha256": fingerprint(p)} for n, p in names.items()}


def _git() -> dict:
    """The commit of the code, and whether files were modified since; empty outside of a repository."""

    def ask(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return {"commit": ask("rev-parse", "HEAD"), "modified": bool(ask("status", "--porcelain", "-uno"))}
    except (OSError, subprocess.CalledProcessError):
        return {"commit": None, "modified": None}


def _project_version() -> str | None:
    """The version in pyproject.toml, when Vigie runs from its source tree without being installed."""
    try:
        return tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    except (OSError, KeyError):
        return None


def _versions() -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, package in PACKAGES.items():
        try:
            found[name] = version(package)
        except PackageNotFoundError:
            found[name] = _project_version() if name == "vigie" else None
    return found | {"python": platform.python_version()}
