"""The open-data files: for each declared dataset one CSV and one zstd Parquet, the same bytes for the same inputs.

Every file is sorted by its key and written by one thread, since the order of rows and the bounds of Parquet's
row groups must not depend on how the work was shared out. A file whose code and inputs have not changed is a
hard link to the file of the release before.
"""

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.errors import VigieError
from orchestration.release.declarations import (
    CONTRACT,
    CONTRACT_KEY,
    Declarations,
    Indicator,
    Layout,
    Slice,
    Text,
)
from orchestration.release.words import AXES, join
from orchestration.storage import fingerprint

FOLDER = "open_data"
# Raised when the way files are written changes, so that no file of an older way is linked again.
FORMAT_VERSION = 1
WORKERS = 2
LOCAL_COLUMN = re.compile(r"(epci|com|commune|iris)(\d*|_\w*)")
# A commune (five characters) or an EPCI or IRIS (nine).
LOCAL_CODE = "(2[AB]|[0-9]{2})[0-9]{3}([0-9]{4})?"
NUMERIC = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*|BIGNUM)")
# The last day of the rows of an official layout is read from one of these columns.
PERIOD_COLUMNS = ("period_end", "jour", "date", "semaine_glissante", "semaine", "week")


@dataclass
class Dataset:
    """One published table: what it is, and once written what it holds."""

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
        return "jour" not in names and "semaine_glissante" not in names and bool(names & {"semaine", "week"})

    def late(self, today: dt.date) -> bool:
        """Whether the last period is older than the declared lag allows."""
        return self.last_period is None or self.last_period < self.expected_period(today)


def datasets(declarations: Declarations) -> list[Dataset]:
    """Every dataset that the manifest declares, by name."""
    found = [
        Dataset(
            name=layout.name,
            title=layout.title,
            description=layout.description,
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
        return f"{indicator.title.in_(language)}{colon}{axes}, {periods}"

    return Text(fr=title("fr"), en=title("en"))


def _slice_description(indicator: Indicator, part: Slice) -> Text:
    def axis(name: str, language: str) -> str:
        return join([AXES[name].get(v, (v, v)) for v in getattr(part, name)], language)

    formula = indicator.formula
    return Text(
        fr=(
            f"{indicator.title.fr} ({indicator.unit.fr}). Niveaux : {axis('geo', 'fr')}. "
            f"Périodes : {axis('period', 'fr')}. Sexe : {axis('sex', 'fr')}. Âge : {axis('age', 'fr')}."
            + (f" Calcul : {formula.fr}." if formula else "")
        ),
        en=(
            f"{indicator.title.en} ({indicator.unit.en}). Levels: {axis('geo', 'en')}. "
            f"Periods: {axis('period', 'en')}. Sex: {axis('sex', 'en')}. Age: {axis('age', 'en')}."
            + (f" Formula: {formula.en}." if formula else "")
        ),
    )


def relation(declarations: Declarations, unique_id: str) -> str:
    """The quoted name of the node's table or view in the warehouse."""
    node = declarations.node(unique_id)
    return f"{_name(node['schema'])}.{_name(node.get('alias') or node['name'])}"


def input_state(connection: duckdb.DuckDBPyConnection, declarations: Declarations, unique_id: str) -> str | None:
    """Fingerprint of the data that the node was computed from, or None when it is not known.

    It is the content of the model `feed_state` (one row per feed, a column `feed` and any columns that change
    whenever the figures may) for the feeds upstream of the node; a feed that never delivered has no row. None means:
    compute the file anew.
    """
    state = declarations.model("feed_state")
    feeds = declarations.feeds(unique_id)
    if state is None or not feeds:
        return None
    rows = connection.execute(
        f"select * from {relation(declarations, state['unique_id'])} where feed in (select unnest(?)) order by all",
        [feeds],
    ).fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def signature(
    connection: duckdb.DuckDBPyConnection, declarations: Declarations, dataset: Dataset, as_of: dt.date | None
) -> str | None:
    """Fingerprint of all that the bytes of a dataset depend on, or None when its inputs are not known."""
    inputs = input_state(connection, declarations, dataset.node)
    if inputs is None:
        return None
    parts = {
        "format": FORMAT_VERSION,
        "duckdb": duckdb.__version__,
        "code": declarations.code_version(dataset.node),
        "inputs": inputs,
        "as_of": str(as_of),
        "key": dataset.key,
        "slice": dataset.slice.model_dump(mode="json") if dataset.slice else None,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def write_datasets(
    connection: duckdb.DuckDBPyConnection,
    declarations: Declarations,
    found: list[Dataset],
    staging: Path,
    previous: Path | None,
    as_of: dt.date | None = None,
    report=lambda step: None,
) -> None:
    """Write or link every dataset under `<staging>/open_data/` and fill in what each holds.

    `connection` runs queries in one thread each; models are read side by side. `previous` is the folder of the last
    release. Raises VigieError on a model that is not in the warehouse, a key that does not identify rows, a number
    that is not finite, or a number below the département.
    """
    folder = staging / FOLDER
    folder.mkdir()
    before = _previous_datasets(previous)
    by_node: dict[str, list[Dataset]] = {}
    for dataset in found:
        dataset.signature = signature(connection, declarations, dataset, as_of)
        if dataset.signature and _link_unchanged(dataset, before.get(dataset.name), folder, previous):
            report(f"{dataset.name} (unchanged)")
        else:
            by_node.setdefault(dataset.node, []).append(dataset)

    def write(parts: list[Dataset]) -> list[Dataset]:
        with connection.cursor() as cursor:
            _write_node(cursor, declarations, parts, folder)
        for dataset in parts:
            _link_equal(dataset, before.get(dataset.name), folder, previous)
        return parts

    with ThreadPoolExecutor(WORKERS) as pool:
        tasks = [pool.submit(write, parts) for parts in by_node.values()]
        try:
            for task in as_completed(tasks):
                for dataset in task.result():
                    report(dataset.name)
        finally:
            for task in tasks:
                task.cancel()


def _write_node(connection, declarations: Declarations, parts: list[Dataset], folder: Path) -> None:
    """Write the datasets of one model."""
    source = relation(declarations, parts[0].node)
    if parts[0].slice is not None:
        columns = ", ".join(CONTRACT)
        if len(parts) == 1:
            source = f"(select {columns} from {source})"
        else:
            # One pass over the view serves all its slices.
            where = " or ".join(f"({_where(part.slice)})" for part in parts)
            _run(connection, parts[0], f"create temp table published as select {columns} from {source} where {where}")
            source = "temp.published"
    for dataset in parts:
        _write(connection, declarations, dataset, source, folder)


def _where(part: Slice) -> str:
    return " and ".join(
        f"{column} in ({', '.join(_literal(v) for v in getattr(part, axis))})"
        for axis, column in (("geo", "geo_level"), ("period", "period"), ("sex", "sex"), ("age", "age_scheme"))
    )


def _write(connection, declarations: Declarations, dataset: Dataset, source: str, folder: Path) -> None:
    where = f"where {_where(dataset.slice)}" if dataset.slice else ""
    # The key comes first and decides alone; `_refuse_duplicates` makes sure of it.
    order = ", ".join(_name(column) for column in dataset.key)
    _run(
        connection,
        dataset,
        f"create or replace temp table file as select * from {source} {where} order by {order}",
    )
    dataset.columns = [(row[0], row[1]) for row in connection.execute("describe temp.file").fetchall()]
    _refuse_duplicates(connection, dataset)
    _refuse_not_finite(connection, dataset)
    _refuse_disclosure(connection, declarations, dataset)
    _measure(connection, dataset)
    as_text = ", ".join(_csv_expression(name, kind) for name, kind in dataset.columns)
    connection.execute(
        f"copy (select {as_text} from temp.file) to {_literal(folder / f'{dataset.name}.csv')} "
        "(format csv, header, delimiter ';', nullstr '')"
    )
    connection.execute(
        f"copy temp.file to {_literal(folder / f'{dataset.name}.parquet')} (format parquet, compression zstd)"
    )
    connection.execute("drop table temp.file")
    for suffix in ("csv", "parquet"):
        path = folder / f"{dataset.name}.{suffix}"
        path.chmod(0o444)
        dataset.files[suffix] = {"bytes": path.stat().st_size, "sha256": fingerprint(path)}


def _csv_expression(name: str, kind: str) -> str:
    """Integers are printed as integers, whatever their type; a moment as ISO 8601."""
    column = _name(name)
    if kind in ("DOUBLE", "FLOAT"):
        return (
            f"case when {column} = trunc({column}) and abs({column}) < 1e15 "
            f"then {column}::bigint::varchar else {column}::varchar end as {column}"
        )
    if kind.startswith("TIMESTAMP"):
        return f"strftime({column}, '%Y-%m-%dT%H:%M:%S') as {column}"
    return column


def _run(connection, dataset: Dataset, sql: str) -> None:
    try:
        connection.execute(sql)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise VigieError(
            f"The dataset '{dataset.name}' cannot be read from the warehouse: {str(error).splitlines()[0]}. "
            "Run `vigie build` so that the warehouse and the manifest agree."
        ) from error


def _refuse_duplicates(connection, dataset: Dataset) -> None:
    key = ", ".join(_name(column) for column in dataset.key)
    # A hash tells at a fraction of the cost that there is nothing to look for.
    if connection.execute(f"select count(*) = count(distinct hash({key})) from temp.file").fetchall()[0][0]:
        return
    row = connection.execute(f"select {key} from temp.file group by {key} having count(*) > 1 limit 1").fetchall()
    if row:
        raise VigieError(
            f"The dataset '{dataset.name}' holds several rows for {dict(zip(dataset.key, row[0], strict=True))}. "
            f"Its key ({', '.join(dataset.key)}) must identify a row: mend the model or its order_by."
        )


def _refuse_not_finite(connection, dataset: Dataset) -> None:
    doubles = [name for name, kind in dataset.columns if kind in ("DOUBLE", "FLOAT")]
    if not doubles:
        return
    counts = ", ".join(f"count(*) filter (not isfinite({_name(name)}))" for name in doubles)
    found = connection.execute(f"select {counts} from temp.file").fetchall()[0]
    wrong = [name for name, count in zip(doubles, found, strict=True) if count]
    if wrong:
        raise VigieError(
            f"The dataset '{dataset.name}' holds NaN or infinity in {', '.join(wrong)}. "
            "Guard the divisor with nullif()."
        )


def _refuse_disclosure(connection, declarations: Declarations, dataset: Dataset) -> None:
    """Below the département only classes are published, the métropoles excepted.

    Enforced on the file itself and not on the declaration alone: an official layout with a column of EPCI,
    communes or IRIS may hold no numeric column, a mark of the place excepted, and outside of its key no text that is
    a number or, in a column of classes, not the label of a class.
    """
    if dataset.slice is not None:
        return  # its levels are those of the slice, checked with the declaration
    place = _local_place(connection, dataset)
    if place is None:
        return
    numbers = [
        name for name, kind in dataset.columns if NUMERIC.fullmatch(kind) and not _marks(connection, place, name)
    ]
    if numbers:
        known = declarations.model("metropoles")
        if (
            known
            and not connection.execute(
                f"select 1 from temp.file where {_name(place)} not in "
                f"(select epci::varchar from {relation(declarations, known['unique_id'])}) limit 1"
            ).fetchall()
        ):
            return
        raise VigieError(
            f"The dataset '{dataset.name}' would publish the number(s) {', '.join(numbers)} by {place}, and not for "
            "métropoles alone (seed `metropoles`): below the département only classes are published. Publish the "
            "class, or restrict the model to the métropoles."
        )
    labels = declarations.model("class_breaks")
    for name, kind in dataset.columns:
        if name in dataset.key or kind != "VARCHAR":
            continue
        if not re.search(r"classe?$", name.lower()):
            allowed = f"not regexp_full_match({_name(name)}, '[-+]?[0-9]+([.,][0-9]*)?')"
        else:
            allowed = (
                f"{_name(name)} in (select label from {relation(declarations, labels['unique_id'])})"
                if labels
                else f"regexp_full_match({_name(name)}, '\\[.*;.*[\\[\\]]|')"
            )
        found = connection.execute(f"select {_name(name)} from temp.file where not ({allowed}) limit 1").fetchall()
        if found:
            raise VigieError(
                f"The dataset '{dataset.name}' holds '{found[0][0]}' in '{name}', which is not the label of a class "
                "(seed `class_breaks`). Publish classes only below the département."
            )


def _local_place(connection, dataset: Dataset) -> str | None:
    """The column that names EPCI, communes or IRIS: by its name, or because it holds codes of that form."""
    for name, _ in dataset.columns:
        if LOCAL_COLUMN.fullmatch(name.lower()):
            return name
    for name, kind in dataset.columns:
        if (
            kind == "VARCHAR"
            and connection.execute(
                f"select 1 from temp.file where regexp_full_match({_name(name)}, {_literal(LOCAL_CODE)}) limit 1"
            ).fetchall()
        ):
            return name
    return None


def _marks(connection, place: str, column: str) -> bool:
    """Whether a numeric column only marks places: 0 or 1, the same on all of the several rows of a place."""
    return bool(
        connection.execute(
            f"""
            select coalesce(max(rows) > 1 and bool_and(low = high and low in (0, 1)), true) from (
                select count(*) as rows, min({_name(column)}) as low, max({_name(column)}) as high
                from temp.file group by {_name(place)}
            )
            """
        ).fetchall()[0][0]
    )


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


def _previous_datasets(previous: Path | None) -> dict[str, dict]:
    if previous is None:
        return {}
    try:
        return json.loads((previous / "release.json").read_text())["datasets"]
    except (OSError, ValueError, KeyError):
        return {}


def _link_unchanged(dataset: Dataset, before: Mapping | None, folder: Path, previous: Path | None) -> bool:
    """Link both files of the release before if they were made from the same code and inputs, and are intact."""
    if not before or previous is None or before.get("signature") != dataset.signature:
        return False
    paths = {suffix: previous / FOLDER / f"{dataset.name}.{suffix}" for suffix in before["files"]}
    for suffix, path in paths.items():
        if not path.is_file() or path.stat().st_size != before["files"][suffix]["bytes"]:
            return False
    for suffix, path in paths.items():
        _link(path, folder / f"{dataset.name}.{suffix}")
    dataset.files = dict(before["files"])
    dataset.columns = [(name, kind) for name, kind in before["columns"]]
    dataset.rows = before["rows"]
    dataset.last_period = last_day(before["last_period"])
    dataset.provisional_from = last_day(before["provisional_from"])
    dataset.linked = True
    return True


def _link_equal(dataset: Dataset, before: Mapping | None, folder: Path, previous: Path | None) -> None:
    """Files that came out with the bytes of the release before share their place on the disk."""
    if not before or previous is None:
        return
    for suffix, facts in dataset.files.items():
        new, old = folder / f"{dataset.name}.{suffix}", previous / FOLDER / f"{dataset.name}.{suffix}"
        if before["files"].get(suffix) == facts and old.is_file() and old.stat().st_size == facts["bytes"]:
            new.unlink()
            dataset.linked = _link(old, new) or dataset.linked


def _link(old: Path, new: Path) -> bool:
    try:
        os.link(old, new)
        return True
    except OSError:
        # A filesystem without hard links: the bytes are the same, only the place is not shared.
        new.write_bytes(old.read_bytes())
        return False


def _name(identifier: str) -> str:
    return '"' + str(identifier).replace('"', '""') + '"'


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
