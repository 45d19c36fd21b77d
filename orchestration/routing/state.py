"""The files of a recipient: its cut of the last release, made in a folder of the home before anything is sent.

What is published is taken from the files of the release; figures beyond that, and rows, from the warehouse, where it
still stands as it was released and the gate lets them out. What may not be made anew keeps what the recipient has.
"""

import datetime as dt
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.incidents.public import public_incidents
from orchestration.landing.checking import literal, quoted
from orchestration.release import archive, latest_release
from orchestration.release.declarations import CONTRACT_KEY, Declarations, Indicator, is_feed
from orchestration.release.files import FOLDER, copy_rows, csv_columns, link
from orchestration.release.open_data import PERIOD_COLUMNS, Dataset
from orchestration.routing import cut
from orchestration.routing.plan import Plan, PlannedCounts, PlannedFigures, PlannedRecords, place_of
from orchestration.routing.rehashing import rehash_with
from orchestration.storage import fingerprint

#: Raised when the way files are made changes, so that none passes for one that was made so.
FORMAT_VERSION = 1
#: What one query may hold in memory; the rest goes to the disk.
MEMORY = "1GB"
#: What is not made anew: a recipient keeps what it has of an output that is held, and not of one that was taken back.
NOT_MADE = ("held", "retracted")
#: How models stand, by unique id, of which something is read in the warehouse.
Judge = Callable[[set[str]], Mapping[str, "Standing"]]


@dataclass(frozen=True)
class Standing:
    """How an output stands: `status` as in the release, since when and why, in public words."""

    output: str
    status: str = "ok"
    since: str | None = None
    reason_fr: str = ""
    reason_en: str = ""


@dataclass(frozen=True)
class Made:
    """A file of a recipient, of an output, at `path` in the home; there is none where the recipient has it already and
    it is not made anew. `key` names the columns that name a row; there are none where nothing does."""

    name: str
    output: str
    bytes: int
    rows: int
    sha256: str
    path: Path | None = None
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Released:
    """The release that is shown: its folder and day, the facts of its datasets and the deliveries that it rests on."""

    folder: Path
    id: str
    day: dt.date
    datasets: Mapping[str, Mapping[str, Any]]
    signatures: Mapping[str, str]
    deliveries: tuple[Mapping[str, Any], ...]


@dataclass
class State:
    """All that a recipient should have: its files by name, how its outputs stand, and the deliveries whose rows are in
    it (feed, key, whether as rows)."""

    release: str
    files: dict[str, Made] = field(default_factory=dict)
    outputs: list[Standing] = field(default_factory=list)
    deliveries: set[tuple[str, int, bool]] = field(default_factory=set)

    @property
    def fingerprint(self) -> str:
        """The same as long as its content and what is said of it are."""
        files = [(name, made.sha256) for name, made in sorted(self.files.items())]
        told = [asdict(each) for each in sorted(self.outputs, key=lambda each: each.output)]
        return hashlib.sha256(json.dumps([files, told], sort_keys=True).encode()).hexdigest()


def read_released(home: Home) -> Released:
    """The release that is shown, with what the home keeps of it. Raises VigieError when there is none."""
    folder = latest_release(home.releases)
    if folder is None:
        raise VigieError("There is no release yet, so that there is nothing to send. Run `vigie run` first.")
    facts = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    twin = archive.read(home, facts["id"])
    return Released(
        folder,
        facts["id"],
        dt.date.fromisoformat(facts["today"]),
        facts["datasets"],
        twin.get("signatures", {}),
        tuple(twin.get("deliveries", [])),
    )


def make_state(
    home: Home,
    planned: Plan,
    declarations: Declarations,
    released: Released,
    folder: Path,
    judge: Judge,
    before: Mapping[str, Any] | None = None,
    secret: bytes | None = None,
) -> State:
    """Make the files of a recipient below `folder`, which is empty. `before` is the receipt of what it has, `secret`
    that of its keys, which rows of persons need. To be called when nobody writes into the home."""
    state = State(released.id)
    # Before the warehouse is open here: the gate opens it with other settings, which DuckDB refuses beside these.
    standing = judge(planned.nodes) if planned.nodes else {}
    with _connected(home, planned, folder) as connection:
        cut.load_places(connection)
        if planned.records:
            assert secret, "rows need the secret of the keys of their recipient"
            rehash_with(connection, secret)
        for dataset, days in planned.datasets:
            _published(connection, planned, declarations, released, dataset, days, folder, state)
        standing = _together(planned, standing)
        for node in sorted(planned.nodes):
            names = [each.declared.name for each in planned.figures if each.indicator.node == node]
            names += [each.declared.name for each in (*planned.counts, *planned.records) if each.node == node]
            _note(state, standing[node], names)
            if standing[node].status == "held":
                _keep(state, names, before, planned)
        figures = [each for each in planned.figures if standing[each.indicator.node].status not in NOT_MADE]
        if figures:
            _figures(home, connection, planned, declarations, released, figures, folder, state)
        for each in planned.counts:
            if standing[each.node].status not in NOT_MADE:
                _counts(connection, planned, declarations, released, each, folder, state)
        for each in planned.records:
            if standing[each.node].status not in NOT_MADE:
                _records(connection, planned, declarations, released, each, folder, state)
    if planned.recipient.archive:
        _pack(planned, folder, state, before)
    return state


def _together(planned: Plan, standing: Mapping[str, Standing]) -> dict[str, Standing]:
    """How models stand: figures of one source that are not published are judged together, and so wait together."""
    found = dict(standing)
    beyond = [each.indicator for each in planned.figures if not each.is_public]
    for held in (each for each in beyond if standing[each.node].status == "held"):
        for other in (each for each in beyond if each.source == held.source):
            if standing[other.node].status not in NOT_MADE:
                found[other.node] = standing[held.node]
    return found


def _connected(home: Home, planned: Plan, folder: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse, read only, where something of it is needed; bounded in memory, with one thread."""
    spill = folder.with_name(f"{folder.name}.spill")
    config = {"memory_limit": MEMORY, "threads": 1, "temp_directory": str(spill)}
    if not planned.nodes:
        return duckdb.connect(config=config)
    if not home.database.is_file():
        raise VigieError("There is no warehouse yet. Run `vigie build` first.")
    return duckdb.connect(str(home.database), read_only=True, config=config)


def _note(state: State, standing: Standing, names: Iterable[str]) -> None:
    """Say of outputs how the model that they are taken from stands."""
    state.outputs += [replace(standing, output=name) for name in names]


def _keep(state: State, names: list[str], before: Mapping[str, Any] | None, planned: Plan) -> None:
    """Leave the recipient what it has of outputs that are held, as long as its part is declared as it was then."""
    facts = ("name", "output", "bytes", "rows", "sha256")
    if before and before.get("part", planned.part) != planned.part:
        return
    for file in (before or {}).get("files", []):
        if file["output"] in names:
            _add(state, Made(**{key: file[key] for key in facts}))


# --------------------------------------------------------------------------- what is published


def _published(
    connection: duckdb.DuckDBPyConnection,
    planned: Plan,
    declarations: Declarations,
    released: Released,
    dataset: Dataset,
    days: int | None,
    folder: Path,
    state: State,
) -> None:
    """The files of a dataset: those of the release, or what of them is within the part of the recipient."""
    facts = released.datasets.get(dataset.name)
    if facts is None or not facts["files"]:
        told = facts or {}
        reason = told.get("reason") or {"fr": "Pas encore publié.", "en": "Not published yet."}
        # What was published and has no file any more was taken back.
        status = "retracted" if (released.folder / FOLDER / f"{dataset.name}.retracted.txt").exists() else "held"
        state.outputs.append(Standing(dataset.name, status, told.get("since"), reason["fr"], reason["en"]))
        return
    reason = facts.get("reason") or {"fr": "", "en": ""}
    state.outputs.append(Standing(dataset.name, facts["status"], facts.get("since"), reason["fr"], reason["en"]))
    state.deliveries |= _deliveries(declarations, released, dataset.node)
    recipient = planned.recipient
    since = released.day - dt.timedelta(days=days - 1) if days else None
    parquet = sorted(file for file in facts["files"] if file.endswith(".parquet"))
    if since and dataset.slice:
        parquet = [file for file in parquet if Path(file).stem >= f"{since:%Y-%m}"]
    whole = not recipient.regions and since is None
    if whole:
        taken = parquet if recipient.form == "parquet" else sorted(facts["files"].keys() - set(parquet))
        for file in taken:
            link(released.folder / FOLDER / file, _place(folder, file))
            known = facts["files"][file]
            _add(state, _linked(dataset, file, known, folder))
        return
    condition = " and ".join(_conditions(dataset, recipient.regions, since, [name for name, _ in facts["columns"]]))
    order = ", ".join(quoted(column) for column in dataset.key)
    columns = [(name, kind) for name, kind in facts["columns"]]
    files = [released.folder / FOLDER / file for file in parquet]
    if recipient.form == "csv":
        if dataset.slice:
            columns = [(name, kind) for name, kind in columns if name in dataset.owner.csv_columns(dataset.slice)]
        rows = f"select {csv_columns(columns)} from {_read(files)} where {condition} order by {order}"
        _write(connection, rows, folder, f"{dataset.name}.csv", dataset.name, dataset.key, state)
        return
    for file, path in zip(parquet, files, strict=True):
        if dataset.slice and not recipient.regions and since and Path(file).stem > f"{since:%Y-%m}":
            known = facts["files"][file]
            link(path, _place(folder, file))
            _add(state, _linked(dataset, file, known, folder))
            continue
        rows = f"select * from {_read([path])} where {condition} order by {order}"
        _write(connection, rows, folder, file, dataset.name, dataset.key, state)


def _linked(dataset: Dataset, file: str, known: Mapping[str, Any], folder: Path) -> Made:
    """A file as it is published."""
    return Made(file, dataset.name, known["bytes"], known["rows"], known["sha256"], folder / file, dataset.key)


def _conditions(dataset: Dataset, regions: tuple[str, ...], since: dt.date | None, columns: list[str]) -> list[str]:
    """What the rows of a dataset are that a recipient gets."""
    if dataset.slice is not None:
        place, period = ("geo_level", "geo_code"), "period_end"
    else:
        found = place_of(dataset)
        place = (literal(found[0]), quoted(found[1])) if found else None
        period = next((column for column in PERIOD_COLUMNS if column in columns), None)
    conditions = ["true"]
    if regions:
        # The plan takes no dataset that has no places.
        assert place, f"{dataset.name} has no places"
        conditions.append(cut.in_regions(*place, regions))
    if since and period:
        conditions.append(f"{cut.last_day_of(period)} >= date {literal(since.isoformat())}")
    return conditions


def _deliveries(declarations: Declarations, released: Released, node: str) -> set[tuple[str, int, bool]]:
    """The deliveries that an output rests on: those that counted in the release, of the feeds upstream of it."""
    feeds = _feeds(declarations, node)
    return {(each["feed"], each["delivery"], False) for each in released.deliveries if each["feed"] in feeds}


def _feeds(declarations: Declarations, node: str) -> set[str]:
    """The feeds upstream of a model."""
    sources = (declarations.manifest.get("sources", {}).get(each) for each in declarations.upstream(node))
    return {source["source_name"] for source in sources if source and is_feed(source)}


# --------------------------------------------------------------------------- figures beyond it, and rows


def _touched(home: Home, declarations: Declarations, indicator: Indicator) -> list[tuple[dt.date, dt.date]]:
    """The days of an indicator that incidents touch which the public was told of."""
    feeds = _feeds(declarations, indicator.node)
    concern = (each for each in public_incidents(home) if each.stands)
    concern = (each for each in concern if (indicator.name in each.outputs if each.outputs else each.feed in feeds))
    return sorted({(each.since, each.until) for each in concern})


def _figures(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    planned: Plan,
    declarations: Declarations,
    released: Released,
    parts: list[PlannedFigures],
    folder: Path,
    state: State,
) -> None:
    """The files of all figures that a recipient gets, which are judged together."""
    recipient, wanted = planned.recipient, []
    since = {each.declared.name: released.day - dt.timedelta(days=each.declared.days - 1) for each in parts}
    for indicator in {each.indicator.name: each.indicator for each in parts}.values():
        ours = [each.declared for each in parts if each.indicator.name == indicator.name]
        first = min(since[part.name] for part in ours).isoformat()
        touched = _touched(home, declarations, indicator)
        wanted.append(cut.Wanted(indicator, declarations.relation(indicator.node), ours, first, touched))
        state.deliveries |= _deliveries(declarations, released, indicator.node)
    cut.cells_of(connection, wanted, recipient.regions, planned.policy.threshold)
    kinds = [(row[0], row[1]) for row in connection.execute("describe temp.cells").fetchall()]
    for each in parts:
        name, day = each.declared.name, literal(since[each.declared.name].isoformat())
        rows = f"from temp.cells where indicator = {literal(each.indicator.name)} and ({cut.where(each.declared)}) "
        rows += f"and period_end >= date {day}"
        _write_table(connection, rows, kinds, "period_end", CONTRACT_KEY, planned, name, CONTRACT_KEY, folder, state)
    connection.execute("drop table temp.cells")


def _counts(
    connection: duckdb.DuckDBPyConnection,
    planned: Plan,
    declarations: Declarations,
    released: Released,
    each: PlannedCounts,
    folder: Path,
    state: State,
) -> None:
    """The numbers of the recipient's own hospitals."""
    declared, policy = each.declared, each.policy
    since = (released.day - dt.timedelta(days=declared.days - 1)).isoformat()
    relation = declarations.relation(each.node)
    rows = cut.counts_of(relation, policy, declared, planned.recipient, since, planned.policy.threshold)
    kinds = [(row[0], row[1]) for row in connection.execute(f"describe {rows}").fetchall()]
    state.deliveries |= _deliveries(declarations, released, each.node)
    key = (policy.day, policy.place, policy.hospital)
    _write_table(connection, f"from ({rows})", kinds, policy.day, key, planned, declared.name, key, folder, state)


def _records(
    connection: duckdb.DuckDBPyConnection,
    planned: Plan,
    declarations: Declarations,
    released: Released,
    each: PlannedRecords,
    folder: Path,
    state: State,
) -> None:
    """The rows of a model: the fields that were chosen, every key made anew with the secret of the recipient."""
    declared, policy, relation = each.declared, each.policy, declarations.relation(each.node)
    fields = [
        f"rehashed({quoted(name)}) as {quoted(name)}" if name in policy.keys else quoted(name)
        for name in declared.fields
    ]
    since = literal((released.day - dt.timedelta(days=declared.days - 1)).isoformat())
    place = cut.in_regions("'DEP'", quoted(policy.place), planned.recipient.regions)
    if policy.hospital:
        # The plan takes none without: an empty list would be no hospital, not all of them.
        listed = ", ".join(literal(hospital) for hospital in planned.recipient.hospitals)
        place += f" and {quoted(policy.hospital)} in ({listed})"
    connection.execute(
        f"create or replace temp table chosen as select {', '.join(fields)}, {quoted(policy.day)} as vigie_day, "
        f"delivery as vigie_delivery from {relation} where {quoted(policy.day)} >= date {since} and {place}"
    )
    kinds = [(row[0], row[1]) for row in connection.execute("describe temp.chosen").fetchall()][:-2]
    # A key that its class was not told to be one must not go out as it stands in the lake.
    if bare := [name for name, kind in kinds if kind in ("UBIGINT", "UHUGEINT", "HUGEINT", "UUID", "BLOB")]:
        raise VigieError(f"{', '.join(bare)} of {declared.model} would be sent as it stands: name it among the keys.")
    feeds = {delivery: feed for feed, delivery, _ in _deliveries(declarations, released, each.node)}
    seen = connection.execute("select distinct vigie_delivery from temp.chosen").fetchall()
    if unknown := [delivery for (delivery,) in seen if delivery not in feeds]:
        raise VigieError(
            f"Rows of {declared.model} are of {len(unknown)} deliveries that the release does not rest on: `vigie run`."
        )
    state.deliveries |= {(feeds[delivery], delivery, True) for (delivery,) in seen}
    order, key = [name for name, _ in kinds], (policy.row,) if policy.row in declared.fields else ()
    _write_table(connection, "from temp.chosen", kinds, "vigie_day", order, planned, declared.name, key, folder, state)
    connection.execute("drop table temp.chosen")


def _write_table(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    kinds: list[tuple[str, str]],
    day: str,
    order: Sequence[str],
    planned: Plan,
    name: str,
    key: tuple[str, ...],
    folder: Path,
    state: State,
) -> None:
    """Write rows as one CSV file, or as Parquet by month of `day`, so that a difference is the months that changed."""
    by = ", ".join(quoted(column) for column in order)
    if planned.recipient.form == "csv":
        query = f"select {csv_columns(kinds)} {rows} order by {by}"
        _write(connection, query, folder, f"{name}.csv", name, key, state)
        return
    names = ", ".join(quoted(column) for column, _ in kinds)
    months = connection.execute(f"select distinct strftime({day}, '%Y-%m') as month {rows} order by month").fetchall()
    for (month,) in months:
        of_month = f"select {names} from (select * {rows}) where strftime({day}, '%Y-%m') = '{month}' order by {by}"
        _write(connection, of_month, folder, f"{name}/{month}.parquet", name, key, state)


# --------------------------------------------------------------------------- files


def _read(paths: list[Path]) -> str:
    """The rows of Parquet files; a folder that looks like a key of a partition is none."""
    return f"read_parquet([{', '.join(literal(path) for path in paths)}], hive_partitioning = false)"


def _place(folder: Path, name: str) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    return folder / name


def _write(connection, query: str, folder: Path, name: str, output: str, key: tuple[str, ...], state: State) -> None:
    facts = copy_rows(connection, query, _place(folder, name))
    _add(state, Made(name, output, facts["bytes"], facts["rows"], facts["sha256"], folder / name, key))


def _add(state: State, made: Made) -> None:
    assert made.name not in state.files, f"two outputs would be called {made.name}"
    state.files[made.name] = made


def _pack(planned: Plan, folder: Path, state: State, before: Mapping[str, Any] | None) -> None:
    """Put all files into one archive, the same bytes for the same files. While an output is held the recipient keeps
    the archive that it has: one without it would not be the whole. When one was taken back it does not."""
    recipient, stands = planned.recipient.name, {each.status for each in state.outputs}
    if before and "held" in stands and "retracted" not in stands:
        for made in state.files.values():
            if made.path:
                made.path.unlink()
        state.files.clear()
        _keep(state, [recipient], before, planned)
        return
    # What the recipient has of an output that is held was in the archive that goes.
    state.files = {name: made for name, made in state.files.items() if made.path}
    path, rows = folder / f"{recipient}.zip", sum(made.rows for made in state.files.values())
    with zipfile.ZipFile(path, "w", allowZip64=True) as packed:
        for name, made in sorted(state.files.items()):
            # Neither the clock nor the permissions of this machine are in it.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".csv") else zipfile.ZIP_STORED
            entry.external_attr = 0o644 << 16
            entry.file_size = made.bytes
            with open(made.path, "rb") as source, packed.open(entry, "w") as target:
                while chunk := source.read(2**20):
                    target.write(chunk)
            os.unlink(made.path)
    made = Made(path.name, recipient, path.stat().st_size, rows, fingerprint(path), path)
    state.files.clear()
    _add(state, made)
