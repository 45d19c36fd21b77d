"""How a release is made, step by step; see `release()`."""

import datetime as dt
import hashlib
import json
import os
import platform
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from orchestration import site
from orchestration.day.expected import Expected
from orchestration.errors import VigieError
from orchestration.errors import told as told_error
from orchestration.gate import Reason, Verdict
from orchestration.home import PROJECT, Home
from orchestration.incidents.public import public_incidents
from orchestration.landing.checking import literal
from orchestration.release import account, archive, disclosure, publication, retraction, revisions, words
from orchestration.release.annotations import annotations, touch, write_events
from orchestration.release.catalogue import dataset_entry, write_catalogue, write_json
from orchestration.release.checks import Check, as_checks, public_checks
from orchestration.release.datapackage import describe, source_title
from orchestration.release.declarations import Declarations, read_declarations
from orchestration.release.docs import made_from as docs_made_from
from orchestration.release.docs import public_docs
from orchestration.release.files import FOLDER, LastGood, last_good, link
from orchestration.release.methods import iso, last_figures, page_of, told_of, write_front, write_methods, write_state
from orchestration.release.open_data import Dataset, datasets, signature, write_datasets
from orchestration.release.outlines import write_outlines
from orchestration.release.standing import PartialFeed, outputs_not_ok, public_facts, sentence, settle, write_status
from orchestration.storage import fingerprint, sync_tree

# What `report` is told as the release advances, besides the name of each dataset once it is written.
STEPS = (
    "checks",
    "open data",
    "outlines",
    "revisions",
    "data package",
    "docs",
    "methods",
    "catalogue",
    "site",
    "release.json",
    "sync",
    "publish",
    "latest",
)
DOCS = "docs/index.html"
PACKAGES = {"vigie": "vigie", "dbt": "dbt-core", "duckdb": "duckdb", "dagster": "dagster"}


@dataclass(frozen=True)
class Release:
    """A release that `latest` shows: its id and folder, and its datasets with how each stands.

    It is not `new` when nothing at all has changed since it was made; a dry run has no folder. `notes` tell the user of
    the home what else could not be published.
    """

    id: str
    path: Path | None
    datasets: list[Dataset]
    new: bool = True
    notes: Sequence[str] = ()

    @property
    def linked(self) -> list[str]:
        """Names of the datasets whose files are hard links to those of the release before."""
        return [dataset.name for dataset in self.datasets if dataset.linked]

    def standing(self, status: str) -> list[Dataset]:
        """The datasets of a status: held, partial, late or ok."""
        return [dataset for dataset in self.datasets if dataset.status == status]


def release(
    home: Home,
    today: dt.date,
    manifest_path: Path,
    verdicts: Mapping[str, Verdict],
    *,
    partial: Mapping[str, PartialFeed] | None = None,
    checks: Iterable[Check | Mapping] = (),
    expected: Sequence[Expected] = (),
    run_id: str | None = None,
    as_of: dt.date | None = None,
    report: Callable[[str], None] = lambda step: None,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    write_site: Callable[..., None] | None = None,
) -> Release:
    """Write `releases/<id>/` complete, then flip `releases/latest` to it.

    `verdicts` say by model what may go out; an output without one is held. What is held keeps its last good files, with
    the reason and since when; it never stops the rest. `partial` are the feeds of which too much was rejected, and
    `expected` says how the deliveries of each feed stand. `today` is the day of the release (its id, what counts as
    late); `checks` are told of; `as_of` is the last day of receipt when the warehouse was built for a past day;
    `report` hears each step. `write_site` writes the pages that are made from the release alone; by default all.

    When nothing has changed since the last release (figures, how they stand and why, what is told of them) none is
    made, and the last one is given, not `new`.

    Raises VigieError, leaving `latest` as it was, when a declaration is wrong, there is no warehouse to read, or
    another release is being written.
    """
    declarations = read_declarations(manifest_path)
    with publication.locked_releases(home.releases, "a release"), open_warehouse(home) as connection:
        report("checks")
        home.releases.chmod(0o755)
        publication.clean_leftovers(home.releases)
        results = as_checks(checks)
        retraction.carry_out(home)
        previous = publication.latest_release(home.releases)
        twin = archive.read(home, previous.name if previous else None)
        before = _before(home, previous, twin)
        release_id = publication.next_id(home.releases, today)
        staging = publication.open_staging(home.releases, release_id)
        folder = staging / FOLDER

        report("open data")
        found = datasets(declarations)
        incidents = public_incidents(home)
        touch(found, verdicts, incidents)
        write_datasets(connection, declarations, found, verdicts, staging, before, report)
        settle(found, verdicts, partial or {}, before.datasets, today)
        write_status(folder, found)
        told_events = annotations(declarations, found, verdicts, incidents)
        write_events(folder, told_events)
        retraction.write_notices(folder, [d.name for d in found if d.retracted])

        report("outlines")
        outlines = write_outlines(connection, declarations, found, verdicts, staging, previous, twin)

        seen = account.deliveries(home.lake / "ledger.parquet", as_of or today)
        used = [d for d in seen if d["verdict"] == "accepted"]
        rows, told_rows, wrong_rows = _account(connection, declarations, verdicts, previous)
        report("revisions")
        revised, totals, wrong_revisions = _revisions(connection, declarations, found, staging, previous, twin)
        refused = account.files_refused(home.lake / "ledger.parquet", as_of or today)
        feeds = _feeds(declarations, expected)
        notices = [
            *_notices(found, refused, as_of, bool(wrong_rows), bool(wrong_revisions)),
            *_late_feeds(feeds),
        ]
        figures = {
            i.name: last_figures(connection, [d for d in found if d.node == i.node], folder)
            for i in declarations.indicators
        }
        connection.close()

        report("data package")
        package = describe(declarations, found, release_id, folder, revised, _resources(previous), outlines.levels)
        told = {i.name: told_of(declarations, i) for i in declarations.indicators}
        for name in {d.owner.name for d in found if d.held and d.slice}:
            # Its figures are of then, and so is what is said of them.
            told[name] = twin.get("told", {}).get(name, told[name])
        report("docs")
        page = Path(manifest_path).parent / "static_index.html"
        made_from = docs_made_from(page, home) if page.is_file() else None
        same_docs = _docs_of(previous) if made_from and made_from == twin.get("docs_made_from") else None
        if same_docs:
            docs = same_docs.read_text(encoding="utf-8")
        else:
            docs = public_docs(page, home) if page.is_file() else None
        notes = [f"The account of rows is not this release's: {wrong_rows}"] if wrong_rows else []
        notes += [f"The revisions are left out: {wrong_revisions}"] if wrong_revisions else []
        notes += [f"The outlines of places are not this release's: {outlines.note}"] if outlines.note else []
        notes += (
            ["The page of lineage holds what may not be published: left out."] if page.is_file() and not docs else []
        )

        due = site.due(today, previous)
        content = _content(found, verdicts, [notices, feeds], told_rows, results, package, told, docs, due)
        if previous and content == twin.get("content"):
            shutil.rmtree(staging)
            return Release(previous.name, previous, found, new=False, notes=notes)
        write_json(staging / "datapackage.json", package)
        if docs:
            (staging / "docs").mkdir()
            if same_docs:
                link(same_docs, staging / DOCS)
            else:
                (staging / DOCS).write_text(docs, encoding="utf-8")

        header = {"release_id": release_id, "today": today, "as_of": as_of, "docs": docs is not None}
        made = {"git": _git(), "versions": _versions()}
        pages = [
            page_of(
                told[i.name],
                figures[i.name],
                [d for d in found if d.node == i.node],
                [each for each in told_events if each.output == i.name],
            )
            for i in declarations.indicators
        ]
        report("methods")
        write_methods(staging, pages, header, report)
        report("catalogue")
        write_catalogue(staging, pages, found, header, notices, outlines.levels)
        body = {
            "notices": notices,
            "deliveries": sum(d["feed"] != account.REQUESTS for d in used),
            "reconciliation": told_rows,
            "columns": account.COLUMNS,
            "checks": public_checks(results),
            **made,
        }
        write_front(staging, pages, found, header, body)
        write_state(staging, found, feeds, header, notices, outlines.levels)
        report("site")
        (write_site or site.write_site)(staging, previous, home.bulletins, report=report)

        report("release.json")
        created = now().astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        write_json(
            staging / "release.json",
            {
                "id": release_id,
                "created": created,
                "today": iso(today),
                "as_of": iso(as_of),
                "previous": previous.name if previous else None,
                **made,
                "notices": notices,
                "datasets": {d.name: _dataset_facts(d, today) for d in found},
                "indicators": [i.name for i in declarations.indicators],
                "checks": body["checks"],
                "reconciliation": told_rows,
                "files": _hashes(staging, found),
            },
        )
        private = {
            "id": release_id,
            "created": created,
            "run_id": run_id,
            "deliveries": used,
            "deliveries_not_used": [d for d in seen if d["verdict"] != "accepted"],
            "account": rows,
            "checks": [check.as_dict() for check in results],
            "standing": outputs_not_ok(found),
            "revisions": totals,
            "signatures": {d.name: d.signature for d in found if d.signature},
            "told_on": {d.name: d.told_on for d in found if d.told_on},
            "series": {d.name: d.series for d in found if d.series},
            "written": {file: (folder / file).stat().st_mtime_ns for d in found for file in d.files},
            "told": told,
            "outlines": outlines.signatures,
            "docs_made_from": made_from,
            "content": content,
            **_stands_on(declarations, found, twin, release_id, seen),
        }
        disclosure.examine(staging, package, seen, [str(home.root)], declarations.manifest)
        report("sync")
        publication.open_to_all(staging)
        sync_tree(staging)
        archive.keep(home, release_id, private)
        report("publish")
        final = publication.publish(home.releases, staging, release_id)
        report("latest")
        publication.flip_latest(home.releases, release_id)
        archive.prune(home)
    return Release(release_id, final, found, notes=notes)


def rehearse(
    home: Home,
    today: dt.date,
    manifest_path: Path,
    verdicts: Mapping[str, Verdict],
    partial: Mapping[str, PartialFeed] | None = None,
) -> Release:
    """What a release would be made of; writes nothing. What would be written anew is read and examined for it."""
    declarations = read_declarations(manifest_path)
    previous = publication.latest_release(home.releases)
    before = _before(home, previous, archive.read(home, previous.name if previous else None))
    found = datasets(declarations)
    touch(found, verdicts, public_incidents(home))
    with open_warehouse(home) as connection:
        write_datasets(connection, declarations, found, verdicts, None, before)
    settle(found, verdicts, partial or {}, before.datasets, today)
    changed = any(
        not d.linked or {key: known.get(key) for key in facts} != facts
        for d in found
        for known, facts in [(before.datasets.get(d.name, {}), public_facts(d))]
    )
    release_id = publication.next_id(home.releases, today) if home.releases.is_dir() else str(today)
    return Release(release_id, None, found, new=changed or previous is None)


def _before(home: Home, previous: Path | None, twin: Mapping) -> LastGood:
    """What there is to link from: the release that is shown. Where that is not the one made last, what the latter told
    of classes below the département is not told anew, since both stand side by side."""
    before = last_good(previous, twin)
    newest = (archive.made(home) or [""])[-1]
    if previous is None or newest in ("", previous.name):
        return before
    return replace(before, newest=last_good(home.releases / newest, archive.read(home, newest)))


def differing_series(home: Home, manifest_path: Path, verdicts: Mapping[str, Verdict]) -> list[str]:
    """The files of the series of the last release that are not what comes out when all months are computed, in words:
    byte for byte, or row for row in their order, since how DuckDB encodes a month depends on what is computed with it.
    Looks at those of which the data are what they were when they were published; to be called when nobody releases.
    """
    previous = publication.latest_release(home.releases)
    if previous is None or not home.database.is_file():
        return []
    declarations = read_declarations(manifest_path)
    before = last_good(previous, archive.read(home, previous.name))
    made = datasets(declarations)
    touch(made, verdicts, public_incidents(home))
    open_to = [d for d in made if d.slice and d.node in verdicts and verdicts[d.node].open]
    same = [d for d in open_to if before.signatures.get(d.name) == signature(d, verdicts[d.node])]
    publication.clean_leftovers(home.releases)
    staging = publication.open_staging(home.releases, "check")
    found: list[str] = []
    try:
        with open_warehouse(home) as connection:
            write_datasets(connection, declarations, same, verdicts, staging, LastGood())
        for dataset in same:
            if dataset.held:
                found.append(f"{dataset.name} of the last release cannot be made again: {sentence(dataset, 'en')}")
            known = {} if dataset.held else before.files(dataset.name)
            for file in sorted(known.keys() | dataset.files.keys()):
                as_published = before.path(dataset.name, file) if file in known else None
                if known.get(file) != dataset.files.get(file) and not same_rows(as_published, staging / FOLDER / file):
                    found.append(f"{FOLDER}/{file} of the last release is not what its figures are.")
    finally:
        shutil.rmtree(staging)
    return found


def same_rows(one: Path | None, other: Path) -> bool:
    """Whether two Parquet files are there and hold the same rows in the same order, however they are encoded."""
    if one is None or not other.is_file() or other.suffix != ".parquet":
        return False
    rows = [f"select * from read_parquet({literal(path)}, file_row_number = true)" for path in (one, other)]
    with duckdb.connect() as connection:
        return not any(
            connection.execute(f"({a}) except all ({b}) limit 1").fetchall() for a, b in (rows, reversed(rows))
        )


def open_warehouse(home: Home) -> duckdb.DuckDBPyConnection:
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


def _account(connection, declarations: Declarations, verdicts, previous: Path | None) -> tuple[dict, dict, str]:
    """The account of rows for the home and for the public, and what is wrong with it: where it is not sound, the public
    keeps that of the release before (`of`)."""
    node = declarations.model(account.MODEL)
    verdict = verdicts.get(node["unique_id"]) if node else None
    wrong = " ".join(f"{reason.en} {reason.detail}".strip() for reason in verdict.reasons) if verdict else ""
    if not wrong:
        try:
            rows = account.reconciliation(connection, declarations)
            return rows, account.for_the_public(rows) | {"of": None}, ""
        except VigieError as error:
            wrong = str(error)
    then = _read_json(previous / "release.json").get("reconciliation", {}) if previous else {}
    kept = then | {"of": then.get("of") or previous.name} if previous and then.get("total") else None
    return {"files": [], "feeds": []}, kept or {"feeds": [], "total": None, "of": None}, wrong


def _revisions(
    connection, declarations: Declarations, found: list[Dataset], staging: Path, previous: Path | None, twin: Mapping
) -> tuple[dict, dict, str]:
    """The files of the revisions, their totals for the home, and why they are left out: they hold no figure back."""
    try:
        told = revisions.write_revisions(connection, declarations, found, staging, previous, _stood_on(twin))
        return *told, ""
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        for left in (staging / FOLDER).glob(f"{revisions.NAME}.*"):
            left.unlink()
        return {}, {}, f"{told_error(error)}. Run `vigie build`."


def _stood_on(twin: Mapping) -> dict[str, list[int]]:
    """By explained dataset, the keys of the deliveries that its published figures stand on."""
    known = twin.get("known", {})
    return {name: known[then] for name, then in twin.get("standing_on", {}).items() if then in known}


def _stands_on(declarations: Declarations, found: list[Dataset], twin: Mapping, release_id: str, seen: list) -> dict:
    """`standing_on`: by explained dataset, the release that its figures were last sound in; `known`: the keys of all
    that had come by each such release, and by this one: deliveries, withdrawn or not, and withdrawals."""
    explained = {where["dataset"] for where in revisions.explained(declarations).values()}
    then = {name: r for name, r in twin.get("standing_on", {}).items() if r in twin.get("known", {})}
    standing_on = {d.name: then.get(d.name) if d.held else release_id for d in found if d.name in explained and d.files}
    standing_on = {name: r for name, r in standing_on.items() if r}
    known = {r: twin["known"][r] for r in standing_on.values() if r != release_id}
    return {
        "standing_on": standing_on,
        "known": known | {release_id: [d["delivery"] for d in seen if d["delivery"] is not None]},
    }


def _notices(
    found: list[Dataset], refused: int, as_of: dt.date | None, no_account: bool, no_revisions: bool
) -> list[dict]:
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
    by_status = {s: [d.name for d in found if d.status == s] for s in ("partial", "late")}
    total = len(found)
    if names := [d.name for d in found if d.status == "held" and d.files]:
        tell(
            "held",
            names,
            f"{len(names)} jeu(x) de données sur {total} sont retenus et gardent leurs derniers chiffres sûrs.",
            f"{len(names)} of {total} datasets are held and keep their last sound figures.",
        )
    if names := [d.name for d in found if d.status == "held" and not d.files]:
        tell(
            "missing",
            names,
            f"{len(names)} jeu(x) de données sur {total} sont retenus et n'ont pas encore de chiffres publiés.",
            f"{len(names)} of {total} datasets are held and have no published figures yet.",
        )
    if names := by_status["partial"]:
        tell(
            "partial",
            names,
            f"{len(names)} jeu(x) de données sur {total} sont partiels : une part des lignes reçues a été rejetée.",
            f"{len(names)} of {total} datasets are partial: a share of the rows received was rejected.",
        )
    if names := by_status["late"]:
        tell(
            "late",
            names,
            f"{len(names)} jeu(x) de données sur {total} n'ont pas encore les derniers jours attendus.",
            f"{len(names)} of {total} datasets do not hold the last days expected yet.",
        )
    if no_account:
        tell(
            "account",
            [],
            "Le bilan des lignes reçues n'a pas pu être établi pour cette publication.",
            "The account of the rows received could not be made for this release.",
        )
    if no_revisions:
        tell(
            "revisions",
            [],
            "Les révisions depuis la publication précédente n'ont pas pu être établies.",
            "The revisions since the release before could not be made.",
        )
    starts = [d.provisional_from for d in found if d.provisional_from]
    if starts:
        tell(
            "provisional",
            [d.name for d in found if d.provisional_from],
            f"Les chiffres récents sont provisoires, selon la source au plus tôt à partir du "
            f"{words.date(min(starts), 'fr')} : des résultats tardifs "
            "peuvent encore les changer.",
            f"Recent figures are provisional, by source from {words.date(min(starts), 'en')} at the earliest: late "
            "results may still change them.",
        )
    if refused:
        tell(
            "refused",
            [],
            f"{refused} fichier(s) reçu(s) ont été refusés ; les chiffres peuvent être incomplets.",
            f"{refused} received file(s) were refused; figures may be incomplete.",
        )
    return notices


def _feeds(declarations: Declarations, expected: Sequence[Expected]) -> list[dict]:
    """How the deliveries stand, by feed and to the day: what the public is told of them."""
    titles = {s["name"]: source_title(s) for s in declarations.manifest["sources"].values()}
    return [
        {
            "feed": each.feed,
            "title": titles[each.feed].model_dump(),
            "last": iso(each.last),
            # That a delivery is due later today is nothing to tell.
            "state": each.state if each.state in ("late", "never") else "arrived",
            "due_on": iso(each.due.date()) if each.state == "late" and each.due else None,
        }
        for each in expected
        if each.feed in titles
    ]


def _late_feeds(feeds: Sequence[Mapping]) -> list[dict]:
    """A notice for each feed of which a delivery is missing."""
    said = {
        "fr": "{} : livraison attendue le {}, pas encore reçue.",
        "en": "{}: delivery expected on {}, not received yet.",
    }
    return [
        {"kind": "late_feed", "datasets": []}
        | {lang: text.format(feed["title"][lang], words.date(feed["due_on"], lang)) for lang, text in said.items()}
        for feed in feeds
        if feed["state"] == "late"
    ]


def _dataset_facts(dataset: Dataset, today: dt.date) -> dict:
    """What release.json says of a dataset; the next release links from it what is held or unchanged."""
    return dataset_entry(dataset, today) | {
        "columns": dataset.columns,
        "linked": dataset.linked,
        "files": dataset.files,
    }


def _content(found, verdicts, notices, account, checks, package, told, docs, due) -> dict[str, str]:
    """Fingerprints of all that a release tells, but for its day, its clock and the code it was made by: the verdicts,
    the figures and how they stand, and what is said of them. By part, so that one can see what has changed."""
    folders = (Path(__file__).parent, Path(site.__file__).parent)
    code = [p.read_bytes() for folder in folders for p in sorted(folder.rglob("*")) if p.is_file() and _is_code(p)]
    parts = {
        "verdicts": [(node, v.fingerprint, [_told(r) for r in v.reasons]) for node, v in sorted(verdicts.items())],
        "datasets": [(d.name, d.signature, d.files, d.status, d.since, [_told(r) for r in d.reasons]) for d in found],
        "notices": notices,
        "account": account,
        "checks": public_checks(checks),
        # What has just been told of as a revision, or of the day, is no news.
        "package": [r for r in package["resources"] if not r["name"].startswith(revisions.NAME)],
        "told": told,
        "docs": docs,
        "bulletins": due,
        "code": [hashlib.sha256(each).hexdigest() for each in code],
    }
    return {
        name: hashlib.sha256(json.dumps(part, sort_keys=True, default=str).encode()).hexdigest()
        for name, part in parts.items()
    }


def _docs_of(previous: Path | None) -> Path | None:
    """The page of lineage of the release before, if it is as it was published."""
    if previous is None:
        return None
    path, known = previous / DOCS, _read_json(previous / "release.json").get("files", {}).get(DOCS, {})
    return path if path.is_file() and fingerprint(path) == known.get("sha256") else None


def _told(reason: Reason) -> tuple[str, ...]:
    return reason.kind, reason.subject, reason.fr, reason.en


def _is_code(path: Path) -> bool:
    return path.suffix in (".py", ".j2", ".css", ".sql", ".js", ".typ", ".yml", ".json") and path.name != "promised.yml"


def _resources(previous: Path | None) -> dict[str, dict]:
    """The resources of the data package of the release before, by name."""
    package = _read_json(previous / "datapackage.json") if previous else {}
    return {resource["name"]: resource for resource in package.get("resources", [])}


def _read_json(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _hashes(staging: Path, found: list[Dataset]) -> dict[str, dict]:
    known = {f"{FOLDER}/{file}": facts for d in found for file, facts in d.files.items()}
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
