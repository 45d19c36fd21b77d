"""From the landing folder to the lake: which files are new, and the landing of each of them."""

import datetime
import errno
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
from orchestration.landing.arrivals import Arrival, arrivals
from orchestration.landing.checking import Check
from orchestration.landing.contract import Contract, identifier_patterns, read_contracts
from orchestration.landing.keys import Keys
from orchestration.landing.lake import FIELD_COUNT, QUARANTINE, Lake, publish
from orchestration.landing.ledger import Ledger, LedgerEntry
from orchestration.landing.reading import (
    CsvDelivery,
    Malformed,
    ParquetDelivery,
    Refusal,
    fingerprint,
    open_delivery,
    read_control,
)
from orchestration.landing.rekeying import keys_of

#: Called after each file with its ledger entry, its number in this landing and the number of new files.
Report = Callable[[LedgerEntry, int, int], None]

_PLACE = "landing/<feed>/<YYYY-MM-DD>/<file>"
_ROW_GROUP = 122_880

#: What is wrong with the lake and not with the file that was to land.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def land(
    home: Home,
    until: datetime.date,
    feeds: list[str] | None = None,
    *,
    contracts: Mapping[str, Contract] | None = None,
    report: Report = lambda entry, number, total: None,
) -> list[LedgerEntry]:
    """Land every file not yet seen whose folder is dated `until` or before, in the order of receipt.

    Returns the ledger entries of these files; a second call finds none and returns an empty list. A file that
    cannot be read, or that stands where no feed expects it, is an entry with the verdict `refused` and the
    reason, and the others go on; it is tried again when the contract has a new version, and at every landing when the
    reason may pass (a file that cannot be opened, a failure that was not foreseen). `feeds` limits the landing to some
    feeds (files that are of no feed are refused all the same), `contracts`, by default those of the project, says what
    they are.
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
            and not _is_known(arrival, ledger, contracts)
        ]
        entries = []
        try:
            for number, arrival in enumerate(found, start=1):
                reception = _Reception(lake, ledger, con, contracts.get(arrival.feed), arrival, keys, identifiers)
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
    """Give every declared feed its empty files and the ledger its table, so that the sources can be read.

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


def _prepare(lake: Lake, ledger: Ledger, contracts: Mapping[str, Contract], con: duckdb.DuckDBPyConnection) -> None:
    for contract in contracts.values():
        lake.write_empties(contract, con)
    lake.write_ledger(ledger)


def _is_known(arrival: Arrival, ledger: Ledger, contracts: Mapping[str, Contract]) -> bool:
    """Whether the file was seen as it is, by size and time of change: known files are not read again."""
    for entry in ledger.of_path(arrival.feed, arrival.file):
        if (entry.bytes, entry.mtime_ns) == (arrival.bytes, arrival.mtime_ns):
            contract = contracts.get(arrival.feed)
            as_before = entry.contract_version == (contract.table.version if contract else 0)
            return entry.verdict != "refused" or (as_before and not entry.tried_again)
    return False


class _Reception:
    """The landing of one file."""

    def __init__(
        self,
        lake: Lake,
        ledger: Ledger,
        con: duckdb.DuckDBPyConnection,
        contract: Contract | None,
        arrival: Arrival,
        keys: Keys,
        identifiers: tuple[str, ...],
    ) -> None:
        self._lake, self._ledger, self._con = lake, ledger, con
        self._contract, self._arrival = contract, arrival
        self._keys, self._identifiers = keys, identifiers
        self._accepted = lake.temporary / "accepted.parquet"
        self._rejected = lake.temporary / "rejected.parquet"

    def land(self) -> LedgerEntry | None:
        """Land the file and return its entry; None when its producer is still writing, or only touched it."""
        arrival = self._arrival
        sha256 = fingerprint(arrival.path)
        seen = next((e for e in self._ledger.of_path(arrival.feed, arrival.file) if e.sha256 == sha256), None)
        if seen is not None and seen.verdict != "refused":
            self._lake.commit(self._ledger, seen.model_copy(update={"mtime_ns": arrival.mtime_ns}))
            return None
        try:
            announced = read_control(arrival) if self._contract and self._contract.table.control else None
            if announced:
                announced.demand_content(sha256)
            fate = self._fate(sha256)
            if announced:
                announced.demand_rows(fate["rows_received"])
        except Refusal as refusal:
            fate = _refused(arrival, str(refusal), tried_again=refusal.may_pass)
        status = arrival.path.stat()
        if (status.st_size, status.st_mtime_ns) != (arrival.bytes, arrival.mtime_ns):
            return None
        entry = self._entry(sha256, fate)
        if entry.verdict == "accepted":
            if entry.rows_rejected:
                publish(self._rejected, self._lake.rejected(entry.feed, entry.received_on, sha256))
            publish(self._accepted, self._lake.accepted(entry.feed, entry.received_on, sha256))
        self._lake.commit(self._ledger, entry)
        return entry

    def fail(self, error: Exception) -> LedgerEntry:
        """Note that the file could not be landed for a reason that was not foreseen, or that may pass."""
        fate = _refused(self._arrival, f"it could not be read: {told(error)}; it is tried again", tried_again=True)
        entry = self._entry("", fate)
        self._lake.commit(self._ledger, entry)
        return entry

    def _entry(self, sha256: str, fate: Mapping[str, Any]) -> LedgerEntry:
        return LedgerEntry(
            feed=self._arrival.feed,
            file=self._arrival.file,
            received_on=self._arrival.received_on,
            bytes=self._arrival.bytes,
            mtime_ns=self._arrival.mtime_ns,
            sha256=sha256,
            contract_version=self._contract.table.version if self._contract else 0,
            landed_at=datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
            **fate,
        )

    def _fate(self, sha256: str) -> dict[str, Any]:
        """What the ledger says of the file; its rows, if any, are written under temporary names."""
        arrival, contract = self._arrival, self._contract
        if contract is None:
            raise Refusal(f"no feed {arrival.feed} is declared under models/staging; expected {_PLACE}")
        if arrival.received_on is None or arrival.file.count("/") != 1:
            raise Refusal(f"not in a folder named by its day of receipt; expected {_PLACE}")
        first = self._ledger.accepted(arrival.feed, sha256)
        if first is not None:
            return {
                "verdict": "duplicate",
                "reason": f"same content as {first.file}",
                "rows_received": first.rows_received,
                "rows_duplicate": first.rows_received,
            }
        [(delivery,)] = self._con.execute("select md5_number_lower(?)", [sha256]).fetchall()
        file = open_delivery(arrival.path, contract, self._con)
        types = file.types if isinstance(file, ParquetDelivery) else {}
        check = Check(contract, arrival.received_on, delivery, types, self._identifiers)
        accepted, rejected = self._write(file, check)
        return {
            "verdict": "accepted",
            "delivery": delivery,
            "rows_received": accepted + rejected,
            "rows_accepted": accepted,
            "rows_rejected": rejected,
            "rows_blank": file.rows_blank,
            "extra_columns": file.extra_columns,
        }

    def _write(self, file: CsvDelivery | ParquetDelivery, check: Check) -> tuple[int, int]:
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
