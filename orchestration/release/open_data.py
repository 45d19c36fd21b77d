"""The open-data files: each dataset as CSV and zstd Parquet, the same bytes for the same inputs.

A file in an official layout is whole in both forms, its CSV plain; a slice of an indicator is a series, see `series`.
Every file is sorted by its key and written by one thread, since the order of rows and the bounds of row groups must not
depend on how the work was shared out. A file of which neither code nor data have changed is a hard link to the file of
the release before; so is, whatever has changed, the file of an output that is held.
"""

import datetime as dt
import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.errors import VigieError, told
from orchestration.gate import Reason, Verdict, reason
from orchestration.landing.checking import quoted
from orchestration.release import disclosure
from orchestration.release.declarations import (
    CONTRACT_KEY,
    Declarations,
    Indicator,
    Layout,
    Slice,
    Text,
)
from orchestration.release.files import COMPRESSED, FOLDER, LastGood, copy_table, link
from orchestration.release.marks import MonthMarks
from orchestration.release.policy import publishing
from orchestration.release.rows import refuse_duplicates, refuse_not_finite
from orchestration.release.series import write_series
from orchestration.release.words import AXES, join, word

# Raised when the way files are written changes, so that no file of an older way is linked again.
FORMAT_VERSION = 4
WORKERS = 2
# The last day of the rows of an official layout is read from one of these columns.
PERIOD_COLUMNS = ("period_end", "jour", "date", "semaine_glissante", "semaine", "week")


NOT_JUDGED = reason("not_built", "", "the gate says nothing of this output")


@dataclass
class Dataset:
    """One published table: what it is, once written what it holds, and whether it is what it should be.

    `reasons` are why its output is held; `status` is one of `STATUSES`, with `since` the day (ISO) from which it has
    been so. A dataset that is held and was never published has no `files`, which are by their path below the folder of
    the open data. `told_on` is what classes below the département rest on that are told once (see
    `disclosure.keep_told`), `series` what the months of a slice were made from (see `series.write_series`), `form` in
    which way. `touched` are first and last days of figures that an incident touches.
    """

    name: str
    title: Text
    description: Text
    owner: Indicator | Layout
    key: tuple[str, ...]
    slice: Slice | None = None
    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: int = 0
    last_period: dt.date | None = None
    provisional_from: dt.date | None = None
    linked: bool = False
    signature: str | None = None
    files: dict[str, dict] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    status: str = "ok"
    since: str | None = None
    told_on: str | None = None
    form: str = ""
    series: dict = field(default_factory=dict)
    touched: tuple[tuple[dt.date, dt.date], ...] = ()

    def paths(self, suffix: str) -> list[str]:
        """Its files of one kind, in order: one CSV, one Parquet file or one a month."""
        return sorted(file for file in self.files if file.removesuffix(COMPRESSED).endswith(f".{suffix}"))

    def size(self, suffix: str) -> int:
        """The bytes of its files of one kind."""
        return sum(self.files[file]["bytes"] for file in self.paths(suffix))

    @property
    def version(self) -> str:
        """The same as long as its published bytes are."""
        content = [(file, facts["sha256"]) for file, facts in sorted(self.files.items())]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]

    @property
    def csv_names(self) -> list[str]:
        """The columns of the CSV: of a slice those that its declaration does not say already."""
        if self.slice is None:
            return [name for name, _ in self.columns]
        return self.owner.csv_columns(self.slice)

    @property
    def csv_key(self) -> tuple[str, ...]:
        """What identifies a row of the CSV."""
        return self.key if self.slice is None else tuple(c for c in self.key if c in self.csv_names)

    @property
    def held(self) -> bool:
        """Whether it may not be published anew."""
        return self.status == "held"

    @property
    def retracted(self) -> bool:
        """Whether it was taken back by an officer, so that not even its last good files are published."""
        return any(reason.kind == "retracted" for reason in self.reasons)

    @property
    def node(self) -> str:
        """The unique id of the model."""
        return self.owner.node

    def expected_period(self, today: dt.date) -> dt.date:
        """The last day that the dataset should hold on `today`, by its declared lag; a week ends on Sunday."""
        due = today - dt.timedelta(days=self.owner.lag_days)
        if self.weekly:
            return due - dt.timedelta(days=due.isoweekday() % 7)
        return due

    @property
    def weekly(self) -> bool:
        """Whether the rows are ISO weeks."""
        if self.slice is not None:
            return set(self.slice.period) == {"week"}
        names = {name for name, _ in self.columns}
        if disclosure.has_classes(names):
            return True
        return "jour" not in names and "semaine_glissante" not in names and bool(names & {"semaine", "week"})

    def late(self, today: dt.date) -> bool:
        """Whether the last period is older than the declared lag allows, or there is nothing at all."""
        if self.owner.closed and self.owner.closed < today:
            return False
        return self.last_period < self.expected_period(today) if self.last_period else not self.rows


def datasets(declarations: Declarations) -> list[Dataset]:
    """Every dataset that the manifest declares, by name."""
    found = [
        Dataset(
            name=layout.name,
            title=layout.title,
            description=layout.told,
            owner=layout,
            key=tuple(layout.order_by),
        )
        for layout in declarations.layouts
    ]
    for indicator in declarations.indicators:
        for part in indicator.slices:
            title = part.title or _slice_title(indicator, part)
            found.append(
                Dataset(
                    name=part.name,
                    title=title,
                    description=part.description or _slice_description(indicator, part),
                    owner=indicator,
                    key=CONTRACT_KEY,
                    slice=part,
                )
            )
    return sorted(found, key=lambda dataset: dataset.name)


def _slice_title(indicator: Indicator, part: Slice) -> Text:
    def title(language: str) -> str:
        axes = join([AXES["geo"].get(g, (g, g)) for g in part.geo], language)
        periods = join([AXES["period"].get(p, (p, p)) for p in part.period], language)
        colon = " : " if language == "fr" else ": "
        named = [indicator.title.in_(language), *(indicator.stratum_words(name, language) for name in part.strata)]
        return f"{', '.join(filter(None, named))}{colon}{axes}, {periods}"

    return Text(fr=title("fr"), en=title("en"))


def _slice_description(indicator: Indicator, part: Slice) -> Text:
    def axis(name: str, language: str) -> str:
        return join([AXES[name].get(v, (v, v)) for v in getattr(part, name)], language)

    def strata(language: str) -> str:
        words = [indicator.stratum_words(name, language) or word("sex", "all", language) for name in part.strata]
        label = {"fr": " Strates : ", "en": " Strata: "}[language]
        return "" if part.strata == ["all"] else f"{label}{', '.join(words)}."

    formula = indicator.formula
    return Text(
        fr=(
            f"{indicator.title.fr} ({indicator.unit.fr}). Niveaux : {axis('geo', 'fr')}. "
            f"Périodes : {axis('period', 'fr')}. Sexe : {axis('sex', 'fr')}. Âge : {axis('age', 'fr')}."
            + strata("fr")
            + (f" Calcul : {formula.fr}." if formula else "")
        ),
        en=(
            f"{indicator.title.en} ({indicator.unit.en}). Levels: {axis('geo', 'en')}. "
            f"Periods: {axis('period', 'en')}. Sex: {axis('sex', 'en')}. Age: {axis('age', 'en')}."
            + strata("en")
            + (f" Formula: {formula.en}." if formula else "")
        ),
    )


def signature(dataset: Dataset, verdict: Verdict) -> str:
    """Fingerprint of all that the bytes of a dataset depend on: its data, what is taken of them, how it is written."""
    parts = {
        "format": FORMAT_VERSION,
        "data": verdict.fingerprint,
        "key": dataset.key,
        "slice": _written_as(dataset),
    }
    if dataset.slice and dataset.touched:
        parts["touched"] = [[day.isoformat() for day in days] for days in dataset.touched]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def form_of(dataset: Dataset) -> str:
    """Fingerprint of the way in which a slice is written, whatever its figures; part of what its months rest on."""
    return hashlib.sha256(json.dumps(_written_as(dataset)).encode()).hexdigest()[:8]


def _written_as(dataset: Dataset) -> object:
    """What the bytes of a slice depend on beside its figures; None of an official layout."""
    if dataset.slice is None:
        return None
    axes = {"geo", "period", "sex", "age", "strata"}
    owner, declared = dataset.owner, dataset.slice.model_dump(mode="json", include=axes)
    return declared, publishing().model_dump(), owner.decimals, owner.constants(dataset.slice), dataset.csv_names


def write_datasets(
    connection: duckdb.DuckDBPyConnection,
    declarations: Declarations,
    found: list[Dataset],
    verdicts: Mapping[str, Verdict],
    staging: Path | None,
    before: LastGood,
    report=lambda step: None,
) -> None:
    """Write or link every dataset under `<staging>/open_data/` and fill in what each holds.

    An output goes out whole (an indicator with all its slices) or keeps its last good files: when its verdict is not
    open, and when the writing of one of its datasets is refused (a model that is not in the warehouse, a key that does
    not identify rows, a number that is not finite, a disclosure). With it are held those of its group.

    `connection` runs queries in one thread each; models are read side by side. Without `staging` nothing is written,
    and what would be is only examined.
    """
    folder = staging / FOLDER if staging else None
    if folder:
        folder.mkdir()
    outputs: dict[str, list[Dataset]] = {}
    for dataset in found:
        outputs.setdefault(dataset.node, []).append(dataset)
    refused = {node: _why_not(verdicts.get(node)) for node in outputs}
    refused = {node: reasons for node, reasons in refused.items() if reasons}
    due: dict[str, list[Dataset]] = {}
    for node, parts in outputs.items():
        for dataset in parts if node not in refused else ():
            dataset.signature = signature(dataset, verdicts[node])
            dataset.form = form_of(dataset)
            if before.signatures.get(dataset.name) == dataset.signature and _link_published(dataset, folder, before):
                report(f"{dataset.name} (unchanged)")
            else:
                due.setdefault(node, []).append(dataset)
    refused |= _write_outputs(connection, declarations, due, verdicts, folder, before, report)
    refused |= refused_with(outputs, refused)
    for node, reasons in refused.items():
        for dataset in outputs[node]:
            _hold(dataset, reasons, folder, before)
            report(f"{dataset.name} (held)")
    for node, parts in due.items():
        for dataset in parts if node not in refused else ():
            _link_equal(dataset, folder, before)


def _why_not(verdict: Verdict | None) -> tuple[Reason, ...]:
    return (NOT_JUDGED,) if verdict is None else verdict.reasons


def _write_outputs(
    connection: duckdb.DuckDBPyConnection,
    declarations: Declarations,
    due: Mapping[str, list[Dataset]],
    verdicts: Mapping[str, Verdict],
    folder: Path | None,
    before: LastGood,
    report,
) -> dict[str, tuple[Reason, ...]]:
    """Write the datasets due, by output; gives the outputs that could not be written, and why."""
    marks = MonthMarks(declarations, (FORMAT_VERSION, CONTRACT_KEY))

    def write(node: str) -> tuple[str, tuple[Reason, ...]]:
        parts, verdict = due[node], verdicts[node]
        try:
            with connection.cursor() as cursor:
                if parts[0].slice is None:
                    _write(cursor, declarations, parts[0], folder, before)
                else:
                    rest_on = marks.of(cursor, node, verdict.rules, verdict.fingerprint)
                    write_series(cursor, declarations, parts, rest_on, folder, before)
        except duckdb.InterruptException:
            raise
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            return node, (refusal(_not_there(parts[0], error), declarations.node(node)["name"]),)
        except (VigieError, duckdb.Error) as error:
            return node, (refusal(error, declarations.node(node)["name"]),)
        return node, ()

    failed = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        tasks = [pool.submit(write, node) for node in due]
        try:
            for task in as_completed(tasks):
                try:
                    node, reasons = task.result()
                except OSError as error:
                    # Nothing is wrong with the output: a full disk must not be told as one that is held.
                    raise VigieError(f"{error}. Make room on the disk, then release again.") from error
                if reasons:
                    failed[node] = reasons
                    continue
                for dataset in due[node]:
                    report(dataset.name)
        finally:
            for task in tasks:
                task.cancel()
    return failed


def _not_there(dataset: Dataset, error: Exception) -> VigieError:
    return VigieError(
        f"The dataset '{dataset.name}' cannot be read from the warehouse: {str(error).splitlines()[0]}. "
        "Run `vigie build` so that the warehouse and the manifest agree."
    )


def refusal(error: Exception, subject: str) -> Reason:
    """The reason for which an output could not be written; the message itself is for the home."""
    return reason("refused", subject, str(error) if isinstance(error, VigieError) else told(error))


def refused_with(
    outputs: Mapping[str, list[Dataset]], refused: Mapping[str, tuple[Reason, ...]]
) -> dict[str, tuple[Reason, ...]]:
    """The outputs held since their figures must add up with those of one that is refused: the others of its group, and
    what follows it."""
    held: dict[str, str] = {}
    for node in sorted(refused):
        if node in outputs and (group := outputs[node][0].owner.group):
            held.setdefault(group, node)
    found = {}
    for node, parts in outputs.items():
        with_it = [held[each] for each in (parts[0].owner.group, *parts[0].owner.follows) if each in held]
        if node not in refused and with_it:
            found[node] = tuple(reason("group", other.split(".")[-1]) for other in with_it)
    return found


def _hold(dataset: Dataset, reasons: tuple[Reason, ...], folder: Path | None, before: LastGood) -> None:
    """Let the dataset keep its last good files, or none where there never were any."""
    if folder:
        shutil.rmtree(folder / dataset.name, ignore_errors=True)
        for file in [f"{dataset.name}.csv", f"{dataset.name}.csv{COMPRESSED}", f"{dataset.name}.parquet"]:
            (folder / file).unlink(missing_ok=True)
    dataset.files, dataset.rows, dataset.last_period, dataset.provisional_from = {}, 0, None, None
    dataset.reasons, dataset.status, dataset.linked, dataset.told_on = reasons, "held", False, None
    dataset.series = {}
    # What was made anew is no longer there: the next release begins from what it was. What was retracted has no files.
    kept = not dataset.retracted and _link_published(dataset, folder, before)
    dataset.signature = before.signatures.get(dataset.name) if kept else None


def _write(connection, declarations: Declarations, dataset: Dataset, folder: Path | None, before: LastGood) -> None:
    """Write a file in an official layout."""
    # The key comes first and decides alone; `refuse_duplicates` makes sure of it.
    order = ", ".join(quoted(column) for column in dataset.key)
    connection.execute(
        f"create or replace temp table file as select * from {declarations.relation(dataset.node)} order by {order}"
    )
    dataset.columns = [(row[0], row[1]) for row in connection.execute("describe temp.file").fetchall()]
    disclosure.keep_told(connection, declarations, dataset, *before.told(dataset.name))
    refuse_duplicates(connection, dataset.name, dataset.key)
    refuse_not_finite(connection, dataset.name, dataset.columns)
    disclosure.refuse_dataset(connection, declarations, dataset)
    _measure(connection, dataset)
    if folder:
        dataset.files = copy_table(connection, "temp.file", dataset.columns, folder, dataset.name)
    connection.execute("drop table temp.file")


def _measure(connection, dataset: Dataset) -> None:
    names = {name for name, _ in dataset.columns}
    period = next((c for c in PERIOD_COLUMNS if c in names), None)
    last = f"max({period})::varchar" if period else "null"
    provisional = (
        f"min({period}) filter (where status = 'provisional')::varchar" if {"status", "period_end"} <= names else "null"
    )
    row = connection.execute(f"select count(*), {last}, {provisional} from temp.file").fetchall()[0]
    dataset.rows, dataset.last_period, dataset.provisional_from = row[0], last_day(row[1]), last_day(row[2])


def last_day(value: str | None) -> dt.date | None:
    """The last day of a period as files write it: `2020-09-07`, `2020-S21`, `2020-09-01-2020-09-07`."""
    if not value:
        return None
    if week := re.fullmatch(r"(\d{4})-S(\d{2})", value):
        return dt.date.fromisocalendar(int(week[1]), int(week[2]), 7)
    try:
        return dt.date.fromisoformat(value[:10] if len(value) != 21 else value[-10:])
    except ValueError:
        return None


def _link_published(dataset: Dataset, folder: Path | None, before: LastGood) -> bool:
    """Link the files that the release before published, if they are intact; whether they are."""
    known = before.datasets.get(dataset.name)
    if not known or not known["files"]:
        return False
    paths = {file: before.path(dataset.name, file) for file in known["files"]}
    if not all(paths.values()):
        return False
    for file, path in paths.items() if folder else ():
        link(path, folder / file)
    dataset.files = dict(known["files"])
    dataset.columns = [(name, kind) for name, kind in known["columns"]]
    dataset.rows = known["rows"]
    dataset.last_period = last_day(known["last_period"])
    dataset.provisional_from = last_day(known["provisional_from"])
    dataset.linked, dataset.told_on = True, before.told_on.get(dataset.name)
    dataset.series = dict(before.series.get(dataset.name, {}))
    return True


def _link_equal(dataset: Dataset, folder: Path | None, before: LastGood) -> None:
    """Files that came out with the bytes of the release before share their place on the disk."""
    known, shared = before.files(dataset.name), 0
    for file, facts in dataset.files.items() if folder else ():
        if known.get(file) != facts or not (old := before.path(dataset.name, file)):
            continue
        new = folder / file
        if not new.samefile(old):
            new.unlink()
            link(old, new)
        shared += new.samefile(old)
    dataset.linked = bool(dataset.files) and shared == len(dataset.files) == len(known)
