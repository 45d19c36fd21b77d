"""From the landing folder to the lake: which files are new, and the landing of each of them."""

import datetime
import errno
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from orchestration.errors import VigieError, told
from orchestration.home import Home
from orchestration.incidents.register import prepare_register
from orchestration.landing.arrivals import Arrival, arrivals
from orchestration.landing.checking import Check, literal
from orchestration.landing.contract import Contract, identifier_patterns, read_contracts
from orchestration.landing.keys import Keys
from orchestration.landing.lake import FIELD_COUNT, QUARANTINE, Lake
from orchestration.landing.ledger import Ledger, LedgerEntry, key_of
from orchestration.landing.reading import (
    Delivered,
    Malformed,
    ParquetDelivery,
    Refusal,
    open_delivery,
    read_control,
)
from orchestration.landing.rekeying import keys_of
from orchestration.landing.sets import demand_sound_sets
from orchestration.routing.receipts import prepare_tables
from orchestration.storage import fingerprint, publish

#: Called after each file with its ledger entry, its number in this landing and the number of new files.
Report = Callable[[LedgerEntry, int, int], None]

_PLACE = "landing/<feed>/<YYYY-MM-DD>/<file>"

#: Under this name the rejected rows of a file stand in the temporary folder until it has landed; where no row keeps the
#: contract they stay there.
REJECTED = "rejected.parquet"
_ROW_GROUP = 122_880

#: What is wrong with the lake and not with the file that was to land.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def land(
    home: Home,
    until: datetime.date,
    feeds: list[str] | None = None,
    *,
    contracts: Mapping[str, Contract] | None = None,
    again: str = "",
    received_on: datetime.date | None = None,
    report: Report = lambda entry, number, total: None,
) -> list[LedgerEntry]:
    """Land every file not yet seen whose folder is dated `until` or before, in the order of receipt.

    Returns the ledger entries of these files; a second call finds none and returns an empty list. A file that
    cannot be read, or that stands where no feed expects it, is an entry with the verdict `refused` and the
    reason, and the others go on; it is tried again when the contract has a new version, and so is one that left rows in
    quarantine, and at every landing when the reason may pass (it cannot be opened, a failure not foreseen). `again`
    names one file, `<feed>/<file>`, to be checked again whatever was said of it before: what of it does not count yet
    lands as a further delivery, received on `until`, and no other file is looked at. `feeds` limits the landing to some
    feeds (files that are of no feed are refused all the same), `contracts`, by default those of the project, says what
    they are. With `received_on` only files of that day of receipt are looked at, and those of no day.
    Raises VigieError when another landing is at work, a contract does not hold, `feeds` has an unknown name, the secret
    is not that of the lake, or the lake cannot be written; what has landed before stays landed.
    """
    contracts = read_contracts() if contracts is None else contracts
    unknown = sorted(set(feeds or []) - set(contracts))
    if unknown:
        raise VigieError(f"No feed {', '.join(unknown)} is declared; the feeds are {', '.join(contracts)}.")
    lake = Lake(home)
    with lake.locked(), ExitStack() as connections:
        keys = keys_of(home, lake, contracts)
        ledger = lake.ledger()
        lake.sweep(ledger)
        con = connections.enter_context(lake.connected())
        _prepare(lake, ledger, contracts, con)
        identifiers = identifier_patterns(contracts)
        found = [
            arrival
            for arrival in arrivals(home.landing, until, contracts)
            if (feeds is None or arrival.feed in feeds or arrival.feed not in contracts)
            and (received_on is None or arrival.received_on in (received_on, None))
            and (f"{arrival.feed}/{arrival.file}" == again if again else not _is_known(arrival, ledger, contracts))
        ]
        if again and not found:
            raise VigieError(_not_there(again, ledger))
        entries = []
        try:
            for number, arrival in enumerate(found, start=1):
                contract = contracts.get(arrival.feed)
                reception = _Reception(lake, ledger, con, contract, arrival, until, bool(again), keys, identifiers)
                try:
                    entry = reception.land()
                except VigieError:
                    raise
                except Exception as error:
                    if isinstance(error, OSError) and error.errno in _NO_ROOM:
                        raise VigieError(
                            f"Landing stopped at {arrival.feed}/{arrival.file}: {error.strerror}. Nothing of this file"
                            f" has landed; once {lake.folder} can be written, run this again."
                        ) from error
                    entry = reception.fail(error)
                    # The engine may not have survived it.
                    con = connections.enter_context(lake.connected())
                if entry is not None:
                    entries.append(entry)
                    report(entry, number, len(found))
        finally:
            lake.write_ledger(ledger)
    return entries


def prepare_lake(home: Home, *, contracts: Mapping[str, Contract] | None = None) -> None:
    """Give every declared feed its empty files, the ledger its table and the register of incidents its own, so that the
    sources can be read.

    Raises VigieError when a landing is at work or a contract does not hold.
    """
    lake = Lake(home)
    contracts = read_contracts() if contracts is None else contracts
    with lake.locked():
        keys_of(home, lake, contracts)
        ledger = lake.ledger()
        lake.sweep(ledger)
        with lake.connected() as con:
            _prepare(lake, ledger, contracts, con)
    prepare_register(home)
    prepare_tables(home)


def _prepare(lake: Lake, ledger: Ledger, contracts: Mapping[str, Contract], con: duckdb.DuckDBPyConnection) -> None:
    for contract in contracts.values():
        lake.write_empties(contract, con)
    lake.write_ledger(ledger)


def pending(home: Home, until: datetime.date) -> list[Arrival]:
    """The files in the landing folder that would be landed on the day `until`, in the order of receipt."""
    contracts, ledger = read_contracts(), Lake(home).ledger()
    return [each for each in arrivals(home.landing, until, contracts) if not _is_known(each, ledger, contracts)]


def _is_known(arrival: Arrival, ledger: Ledger, contracts: Mapping[str, Contract]) -> bool:
    """Whether the file was seen as it is, by size and time of change, and reading it again would gain nothing."""
    seen = [
        entry
        for entry in ledger.of_path(arrival.feed, arrival.file)
        if (entry.bytes, entry.mtime_ns) == (arrival.bytes, arrival.mtime_ns)
    ]
    contract = contracts.get(arrival.feed)
    version = contract.table.version if contract else 0
    # A file that has landed may be on trial too: what was left of it could not be checked last time.
    on_trial = any(entry.tried_again for entry in seen)
    return bool(seen) and not (on_trial or _is_due(seen[-1], ledger, version))


def _is_due(entry: LedgerEntry, ledger: Ledger, version: int) -> bool:
    """Whether a file is to be read again under a version of its contract: rows of it may count now that did not.

    It was refused, or left rows in quarantine, under another version, or for a reason that may pass; or what it repeats
    was withdrawn.
    """
    live = ledger.live(entry.feed, entry.sha256)
    if entry.verdict in ("refused", "withdrawn"):
        return entry.verdict == "refused" and entry.contract_version != version
    waiting = live[-1].rows_rejected if live else 0
    held = sum(each.rows_accepted for each in live) + waiting
    return held < entry.rows_received or (waiting > 0 and live[-1].contract_version != version)


def _not_there(again: str, ledger: Ledger) -> str:
    feed, _, file = again.partition("/")
    if ledger.of_path(feed, file):
        return f"{again} was landed and is not in landing/ any more: put it back or send it again, then run this again."
    return f"No file {again} is in landing/ and none was ever seen; expected <feed>/<YYYY-MM-DD>/<file>."


class _NoRowLeft(Refusal):
    """Every row of the file breaks the contract; `rows` is their number."""

    def __init__(self, rows: int, why: str) -> None:
        super().__init__(f"none of its {rows} rows keeps the contract: {why}")
        self.rows = rows


class _Reception:
    """The landing of one file; `until` is the day of it, `again` says that the file is to be read whatever is known."""

    def __init__(
        self,
        lake: Lake,
        ledger: Ledger,
        con: duckdb.DuckDBPyConnection,
        contract: Contract | None,
        arrival: Arrival,
        until: datetime.date,
        again: bool,
        keys: Keys,
        identifiers: tuple[str, ...],
    ) -> None:
        self._lake, self._ledger, self._con = lake, ledger, con
        self._contract, self._arrival, self._until, self._again = contract, arrival, until, again
        self._keys, self._identifiers = keys, identifiers
        self._accepted = lake.temporary / "accepted.parquet"
        self._rejected = lake.temporary / REJECTED

    def land(self) -> LedgerEntry | None:
        """Land the file and return its entry; None when its producer is still writing, or only touched it."""
        arrival = self._arrival
        version = self._contract.table.version if self._contract else 0
        sha256 = fingerprint(arrival.path)
        seen = next((e for e in reversed(self._ledger.of_path(arrival.feed, arrival.file)) if e.sha256 == sha256), None)
        due = self._again or self._is_on_trial() or (seen and _is_due(seen, self._ledger, version))
        if seen and seen.verdict != "refused" and not due:
            self._lake.commit(self._ledger, seen.model_copy(update={"mtime_ns": arrival.mtime_ns}))
            return None
        try:
            announced = read_control(arrival) if self._contract and self._contract.table.control else None
            if announced:
                announced.demand_content(sha256)
            fate = self._fate(sha256, seen)
            if announced:
                announced.demand_rows(fate["rows_received"])
        except Refusal as refusal:
            fate = _refused(arrival, str(refusal), tried_again=refusal.may_pass)
            fate["rows_refused"] = refusal.rows if isinstance(refusal, _NoRowLeft) else 0
        status = arrival.path.stat()
        if (status.st_size, status.st_mtime_ns) != (arrival.bytes, arrival.mtime_ns):
            return None
        received_on = self._received_on(seen) if fate["verdict"] == "accepted" else arrival.received_on
        entry = self._entry(sha256, received_on, fate)
        if entry.verdict == "accepted":
            if entry.rows_rejected:
                publish(self._rejected, self._lake.rejected(entry.feed, entry.received_on, entry.stem))
            publish(self._accepted, self._lake.accepted(entry.feed, entry.received_on, entry.stem))
        elif seen and seen.delivery is not None and not entry.tried_again:
            for held in self._ledger.live(arrival.feed, sha256)[-1:]:
                # It stays what it was: only that what waits was checked under this version is new, and what came of it.
                said = {"contract_version": version, "reason": entry.reason if entry.verdict == "refused" else ""}
                self._lake.commit(self._ledger, held.model_copy(update=said))
                return entry
        self._lake.commit(self._ledger, entry)
        return entry

    def _is_on_trial(self) -> bool:
        """Whether the file could not be checked last time, for a reason that may have passed."""
        return any(entry.tried_again for entry in self._ledger.of_path(self._arrival.feed, self._arrival.file))

    def fail(self, error: Exception) -> LedgerEntry:
        """Note that the file could not be landed for a reason that was not foreseen, or that may pass."""
        fate = _refused(self._arrival, f"it could not be read: {told(error)}; it is tried again", tried_again=True)
        entry = self._entry("", self._arrival.received_on, fate)
        self._lake.commit(self._ledger, entry)
        return entry

    def _entry(self, sha256: str, received_on: datetime.date | None, fate: Mapping[str, Any]) -> LedgerEntry:
        return LedgerEntry(
            feed=self._arrival.feed,
            file=self._arrival.file,
            received_on=received_on,
            bytes=self._arrival.bytes,
            mtime_ns=self._arrival.mtime_ns,
            sha256=sha256,
            contract_version=self._contract.table.version if self._contract else 0,
            landed_at=_now(),
            **fate,
        )

    def _received_on(self, seen: LedgerEntry | None) -> datetime.date | None:
        """The day of the folder; what is found in a file that was seen before was not known then, but on this day."""
        day = self._arrival.received_on
        return max(day, self._until) if day and seen and seen.verdict != "refused" else day

    def _fate(self, sha256: str, seen: LedgerEntry | None) -> dict[str, Any]:
        """What the ledger says of the file; its rows, if any, are written under temporary names."""
        arrival, contract = self._arrival, self._contract
        if contract is None:
            raise Refusal(f"no feed {arrival.feed} is declared under models/staging; expected {_PLACE}")
        if arrival.received_on is None or arrival.file.count("/") != 1:
            raise Refusal(f"not in a folder named by its day of receipt; expected {_PLACE}")
        before, live = self._ledger.arrivals(arrival.feed, sha256), self._ledger.live(arrival.feed, sha256)
        gain = bool(live) and self._may_gain(live)
        # A feed that states anew what holds does so whole.
        restated = bool(live) and contract.table.restated and (gain or self._ledger.last(arrival.feed) is not live[-1])
        if live and not gain and not restated:
            return _duplicate(live[0], live[0].rows_received, live[-1].rows_rejected)
        number = self._ledger.next_arrival()
        delivery = key_of(sha256, number) if before else key_of(sha256)
        file = open_delivery(arrival.path, contract, self._con)
        types = file.types if isinstance(file, ParquetDelivery) else {}
        # A file that was refused is one of its day once it is mended, but rows have gone since.
        known_on = max(arrival.received_on, self._until) if seen else arrival.received_on
        check = Check(contract, arrival.received_on, delivery, types, number, self._identifiers, known_on)
        accepted, rejected = self._write(file, check)
        received = accepted + rejected
        if live and not restated:
            accepted, rejected = self._leave_out_what_counts(before, live, accepted, rejected)
        elif rejected and not accepted:
            raise _NoRowLeft(rejected, self._rules_broken())
        demand_sound_sets(self._con, contract, self._accepted, self._others_of(self._received_on(seen)))
        if live and not restated and not accepted:
            return _duplicate(live[0], received, rejected)
        return {
            "verdict": "accepted",
            "delivery": delivery,
            "arrival": number,
            "rows_received": received,
            "rows_accepted": accepted,
            "rows_rejected": rejected,
            "rows_duplicate": received - accepted - rejected,
            "rows_blank": file.rows_blank,
            "extra_columns": file.extra_columns,
        }

    def _may_gain(self, live: list[LedgerEntry]) -> bool:
        """Whether rows of a content that has arrived before may count now that did not.

        Some wait in quarantine and it came under another day or version of the contract; or an arrival that held some
        was withdrawn.
        """
        assert self._contract
        last = live[-1]
        held = sum(each.rows_accepted for each in live) + last.rows_rejected
        otherwise = last.contract_version != self._contract.table.version or _folder(last.file) != _folder(
            self._arrival.file
        )
        return held < last.rows_received or (last.rows_rejected > 0 and (otherwise or self._again))

    def _leave_out_what_counts(
        self, before: list[LedgerEntry], live: list[LedgerEntry], accepted: int, rejected: int
    ) -> tuple[int, int]:
        """Keep, of the rows written, those that wait for their turn; returns how many are accepted and rejected.

        They are what the lake and the quarantine hold of the earlier arrivals, but for the rows that count; rows that
        were erased, or kept as long as the feed keeps them, are in neither and do not come back.
        """
        held = f"{self._lines('raw', before)} union {self._lines('quarantine', before)}"
        waiting = f"({held}) except {self._lines('raw', live)}"
        self._con.execute(f"create or replace temp table waiting as select line from ({waiting})")
        counts = []
        for path, rows in ((self._accepted, accepted), (self._rejected, rejected)):
            if rows:
                kept = self._lake.temporary / "kept.parquet"
                source = f"read_parquet({literal(path)}, hive_partitioning = false)"
                rows = self._copy(f"select * from {source} where line in (from waiting) order by line", kept)
                os.replace(kept, path)
            counts.append(rows)
        return counts[0], counts[1]

    def _lines(self, side: str, entries: list[LedgerEntry]) -> str:
        """A query of the lines that the lake or the quarantine holds of some deliveries."""
        rows = self._lake.rows_of(side, entries)
        return f"select line from {rows}" if rows else "select 0 as line where false"

    def _rules_broken(self) -> str:
        """Which rules the rejected rows break, in words: never what stands in them."""
        found = self._con.execute(
            "select rule, column_name, count(*), min(line)"
            f" from read_parquet({literal(self._rejected)}, hive_partitioning = false) group by all order by 3 desc, 4"
        ).fetchall()
        return "; ".join(
            f"{rows} break {rule}{f' of {column}' if column else ''}, first line {line}"
            for rule, column, rows, line in found[:3]
        )

    def _others_of(self, day: datetime.date | None) -> str | None:
        """The rows of the other deliveries of the feed that were received on the day and count."""
        mine = (self._arrival.feed, day, "accepted")
        return self._lake.rows_of("raw", [e for e in self._ledger if (e.feed, e.received_on, e.verdict) == mine])

    def _write(self, file: Delivered, check: Check) -> tuple[int, int]:
        """Write the rows of a file, block by block; returns the numbers of accepted and rejected rows."""
        accepted = rejected = 0
        with ExitStack() as files:
            good = bad = None
            for delivered, malformed in file.batches():
                typed, refused = self._checked(delivered, malformed, check)
                good = good or files.enter_context(_writer(self._accepted, typed.schema))
                good.write_table(typed, row_group_size=_ROW_GROUP)
                if refused.num_rows:
                    bad = bad or files.enter_context(_writer(self._rejected, QUARANTINE))
                    bad.write_table(refused)
                accepted, rejected = accepted + typed.num_rows, rejected + refused.num_rows
            if good is None:
                empty = self._lake.accepted_schema(check.contract)
                files.enter_context(_writer(self._accepted, empty))
        return accepted, rejected

    def _checked(self, delivered: pa.Table, malformed: list[Malformed], check: Check) -> tuple[pa.Table, pa.Table]:
        """The accepted rows of a block, as the lake has them, and its rejected ones, as the quarantine has them."""
        verdicts = self._query(check.verdicts("block"), delivered)
        sound = pc.is_null(verdicts["broken"])
        typed = verdicts.drop_columns("broken")
        refused = [_quarantined(malformed, check.delivery, self._arrival.file)]
        if typed.num_rows and not pc.all(sound).as_py():
            typed = typed.filter(sound)
            rows = delivered.filter(pc.invert(sound))
            refused.append(self._query(check.rejected("block", self._arrival.file), rows).cast(QUARANTINE))
        typed = self._keyed(typed, [column.name for column in check.contract.keys])
        return typed, self._keyed(pa.concat_tables(refused).sort_by("line"), ["person_keys"])

    def _keyed(self, table: pa.Table, names: list[str]) -> pa.Table:
        """The table with keys in the place of the numbers of identifiers."""
        for name in names:
            field = table.schema.field(name)
            table = table.set_column(table.schema.get_field_index(name), field, self._keys.of_column(table[name]))
        return table

    def _query(self, sql: str, block: pa.Table) -> pa.Table:
        # DuckDB gives a thread no less than a record batch.
        self._con.register(
            "block", pa.Table.from_batches(block.to_batches(max_chunksize=_ROW_GROUP // 4), block.schema)
        )
        try:
            return self._con.sql(sql).to_arrow_table()
        finally:
            self._con.unregister("block")

    def _copy(self, sql: str, path: Path) -> int:
        copied = self._con.execute(f"copy ({sql}) to {literal(path)} (format parquet, compression zstd)")
        return copied.fetchall()[0][0]


def _duplicate(first: LedgerEntry, received: int, rejected: int = 0) -> dict[str, Any]:
    """The fate of a content that has arrived before; rows of it that never counted still break the contract."""
    rest = f"; {rejected} rows break the contract as they did" if rejected else ""
    return {
        "verdict": "duplicate",
        "reason": f"same content as {first.file}{rest}",
        "rows_received": received,
        "rows_rejected": rejected,
        "rows_duplicate": received - rejected,
        "rows_blank": first.rows_blank,
    }


def _folder(file: str) -> str:
    return file.partition("/")[0]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def _writer(path: Path, schema: pa.Schema) -> pyarrow.parquet.ParquetWriter:
    # A dictionary of keys that hardly repeat costs time and saves nothing.
    repeating = [field.name for field in schema if field.type != pa.uint64() or field.name == "delivery"]
    return pyarrow.parquet.ParquetWriter(path, schema, compression="zstd", use_dictionary=repeating)


def _quarantined(malformed: list[Malformed], delivery: int, file: str) -> pa.Table:
    """The lines that are no rows: nothing is kept of them but their place and what is wrong with them."""
    known = {"delivery": delivery, "file": file, "rule": FIELD_COUNT, "column_name": "", "person_keys": []}
    rows = [known | {"line": m.line, "value": m.fault} for m in malformed]
    return pa.Table.from_pylist(rows, schema=QUARANTINE)


def _refused(arrival: Arrival, reason: str, *, tried_again: bool) -> dict[str, Any]:
    return {
        "verdict": "refused",
        "reason": f"{arrival.feed}/{arrival.file}: {reason}",
        "tried_again": tried_again,
    }
