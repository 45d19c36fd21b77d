"""The ledger: what became of every file seen. An entry is the commit point of the landing of its file."""

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, field_validator

from orchestration.errors import VigieError

SCHEMA = pa.schema(
    [
        ("feed", pa.string()),
        ("file", pa.string()),
        ("received_on", pa.date32()),
        ("bytes", pa.int64()),
        ("sha256", pa.string()),
        ("delivery", pa.uint64()),
        ("rows_received", pa.int64()),
        ("rows_accepted", pa.int64()),
        ("rows_rejected", pa.int64()),
        ("rows_duplicate", pa.int64()),
        ("rows_blank", pa.int64()),
        ("contract_version", pa.int32()),
        ("landed_at", pa.timestamp("us")),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("extra_columns", pa.int64()),
    ]
)


class LedgerEntry(BaseModel):
    """One file seen at landing.

    `file` is the path relative to the folder of the feed, `landed_at` is UTC without a zone, `delivery` the
    key of the accepted content (None unless accepted), `received_on` None when the folder is not a date.
    rows_received = rows_accepted + rows_rejected + rows_duplicate; all are 0 for a refused file. `rows_blank`, the
    lines of separators only, are not among the rows received. `extra_columns` is the number of columns that the
    contract does not know: their names are the sender's. A refused file is `tried_again` when the reason may pass by
    itself; `sha256` is empty when its content could not be read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: str
    file: str
    received_on: datetime.date | None
    bytes: int
    mtime_ns: int
    sha256: str
    delivery: int | None = None
    rows_received: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    rows_blank: int = 0
    contract_version: int
    landed_at: datetime.datetime
    verdict: Literal["accepted", "duplicate", "refused"]
    reason: str = ""
    extra_columns: int = 0
    tried_again: bool = False

    @field_validator("extra_columns", mode="before")
    @classmethod
    def _count_names(cls, value: object) -> object:
        """Entries of before hold the names."""
        return len([name for name in value.split(", ") if name]) if isinstance(value, str) else value


class Ledger:
    """The entries of the ledger, found by path and by content.

    `folder` holds one JSON file per entry, `<feed>/<received_on>/<16 digits of the path's SHA-256>.json`; a
    path whose content changed after it was landed has a further entry, with the content's digits added, and one that is
    to be tried again has `-again` added until it has been.
    """

    def __init__(self, folder: Path) -> None:
        """Read every entry; raises VigieError naming the file when one cannot be read."""
        self._folder = folder
        self._by_path: dict[tuple[str, str], list[LedgerEntry]] = {}
        self._accepted: dict[tuple[str, str], LedgerEntry] = {}
        found = []
        for path in sorted(folder.glob("*/*/*.json")):
            try:
                found.append(LedgerEntry.model_validate_json(path.read_bytes()))
            except ValueError as error:
                raise VigieError(
                    f"The ledger entry {path} cannot be read. Restore it, or remove it together with"
                    " the Parquet file of its content, and land again."
                ) from error
        for entry in sorted(found, key=lambda entry: entry.landed_at):
            self.add(entry)

    def __iter__(self) -> Iterator[LedgerEntry]:
        """All entries, by day of receipt, feed and file."""
        entries = [entry for entries in self._by_path.values() for entry in entries]
        return iter(sorted(entries, key=lambda e: (e.received_on or datetime.date.min, e.feed, e.file, e.sha256)))

    def add(self, entry: LedgerEntry) -> None:
        """Take an entry up, in place of those of its path for the same content, or that it was to be tried again."""
        entries = self._by_path.setdefault((entry.feed, entry.file), [])
        entries[:] = [e for e in entries if e.sha256 != entry.sha256 and not e.tried_again] + [entry]
        if entry.verdict == "accepted":
            self._accepted[entry.feed, entry.sha256] = entry

    def of_path(self, feed: str, file: str) -> list[LedgerEntry]:
        """The entries of a path, one per content it had."""
        return self._by_path.get((feed, file), [])

    def accepted(self, feed: str, sha256: str) -> LedgerEntry | None:
        """The entry under which a content was accepted."""
        return self._accepted.get((feed, sha256))

    def path_of(self, entry: LedgerEntry) -> Path:
        """Where the entry is written."""
        name = hashlib.sha256(entry.file.encode()).hexdigest()[:16]
        if entry.tried_again:
            return self.path_of_trial(entry)
        others = [other for other in self.of_path(entry.feed, entry.file) if other.sha256 != entry.sha256]
        path = self._place(entry) / f"{name}.json"
        taken = path.exists() and LedgerEntry.model_validate_json(path.read_bytes()).sha256 != entry.sha256
        return path.with_name(f"{name}-{entry.sha256[:16]}.json") if others and taken else path

    def path_of_trial(self, entry: LedgerEntry) -> Path:
        """Where it is written that the path of this entry is to be tried again."""
        return self._place(entry) / f"{hashlib.sha256(entry.file.encode()).hexdigest()[:16]}-again.json"

    def _place(self, entry: LedgerEntry) -> Path:
        # A folder that is of no feed may bear any name, of any length.
        known = re.fullmatch(r"_|[a-z][a-z0-9_]{0,99}", entry.feed)
        feed = entry.feed if known else f"_{hashlib.sha256(entry.feed.encode()).hexdigest()[:16]}"
        return self._folder / feed / str(entry.received_on or "undated")


def as_table(entries: Iterable[LedgerEntry]) -> pa.Table:
    """The entries as the table `lake/ledger.parquet` holds."""
    rows = [entry.model_dump() for entry in entries]
    return pa.table({name: [row[name] for row in rows] for name in SCHEMA.names}, schema=SCHEMA)
