"""Deliveries that come through the door: into the landing folder, and the report of each, for its sender alone.

A file that landing would refuse whole is not written: it was never received, stays with its sender, who is told at
once, and no row of it is in any account. Only the receipt says that it was offered. Any other file is an ordinary
delivery, with the rows that landing will put into quarantine: each is accounted for there, once.
"""

import datetime as dt
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration import clock
from orchestration.home import Home
from orchestration.intake.bodies import Name
from orchestration.intake.senders import MARK, OF_THE_SENDER, Sender
from orchestration.landing import Contract, LedgerEntry
from orchestration.landing.arrivals import CONTROL
from orchestration.landing.checking import literal
from orchestration.landing.lake import Lake
from orchestration.landing.trial import Breach, Trial, told_of
from orchestration.storage import fingerprint, make_folder, sync, write_whole

#: How many reports are listed at once.
LISTED = 200
#: SQL: the name of the report of a row of the ledger, as `_id` makes it.
_ID = "substr(sha256(feed || '/' || file), 1, 16)"


@dataclass(frozen=True)
class Report:
    """What became of a delivery, for its sender: counts, rules, lines and columns, never what it holds.

    `state` is `waiting` for its landing, then as the ledger says (`accepted`, `duplicate`, `refused`, `withdrawn`), or
    `declined` when it was refused at the door and not kept. `file` is its place in the landing folder of the feed,
    empty when it has none. `lines` are the first rejected ones.
    """

    id: str
    feed: str
    file: str
    at: str
    sha256: str
    state: str
    reason: str = ""
    rows_received: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    breaches: tuple[Breach, ...] = ()
    lines: tuple[tuple[int, str, str], ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """The report for programs."""
        return asdict(self) | {
            "lines": [dict(zip(("line", "rule", "column"), each, strict=True)) for each in self.lines]
        }


def accept(
    home: Home, sender: Sender, contract: Contract, file: Path, name: Name, trial: Trial, day: dt.date
) -> Report:
    """Write a file that was tried into the landing folder, unless it is refused whole; gives its report, which is kept.

    Raises OSError when there is no room; nothing is written then.
    """
    foreign = any(breach.rule == OF_THE_SENDER for breach in trial.breaches)
    written = trial.accepted and not foreign
    sha256 = fingerprint(file)
    place = _deliver(home, sender, contract, file, name, day, (trial.rows_received, sha256)) if written else ""
    report = Report(
        id=_id(contract.feed, place) if place else secrets.token_hex(8),
        feed=contract.feed,
        file=place,
        at=clock.now().isoformat(timespec="seconds"),
        sha256=sha256,
        state="waiting" if written else "declined",
        reason="rows of another sender are in it" if foreign else trial.reason,
        rows_received=trial.rows_received,
        rows_accepted=trial.rows_accepted if written else 0,
        rows_rejected=trial.rows_rejected,
        breaches=trial.breaches,
        lines=trial.lines,
    )
    text = json.dumps(report.document, ensure_ascii=False, indent=1)
    write_whole(_receipts(home, sender) / f"{_compact(report.at)}-{report.id}.json", text + "\n", mode=0o600)
    return report


def sweep(home: Home, senders: Iterable[Sender]) -> None:
    """Remove from the landing folder what a service that was killed had not written to its end."""
    for sender in senders:
        for feed in sender.feeds:
            for draft in (home.landing / feed).glob(f"*/.{sender.name}{MARK}*.part"):
                draft.unlink(missing_ok=True)


def reports(home: Home, sender: Sender, before: str = "") -> list[Report]:
    """The last reports of a sender, the newest first: of what came through the door, and of its other files.

    `before` is the `at` of a report: those that came earlier are given. Of the files that came otherwise the day is all
    that is known, so that of one day no more are listed than at once.
    """
    known = sorted(_receipts(home, sender).glob("*.json"), reverse=True)
    earlier = [path for path in known if not before or path.name < _compact(before)]
    kept = [report for path in earlier[:LISTED] if (report := _read(path)).feed in sender.feeds]
    landed = _by_id(_entries(home, sender, f"file in ({', '.join(literal(report.file) for report in kept) or 'null'})"))
    found = [_known(report, landed.get(report.id)) for report in kept]
    days = f"split_part(file, '/', 1) < {literal(before)}" if before else "true"
    # One that came through the door is listed at its hour; of the others the day is all that is known.
    listed = {path.stem.rpartition("-")[2] for path in known}
    found += [each for name, each in _by_id(_entries(home, sender, days)).items() if name not in listed]
    return sorted(found, key=lambda each: (each.at, each.id), reverse=True)[:LISTED]


def report_of(home: Home, sender: Sender, report_id: str) -> Report | None:
    """A report of a sender, with the lines of what has landed; None when it has none of that name."""
    kept = next(iter(_receipts(home, sender).glob(f"*-{report_id}.json")), None) if report_id.isalnum() else None
    receipt = _read(kept) if kept else None
    [entry] = _entries(home, sender, f"{_ID} = {literal(report_id)}") or [None]
    if entry is None:
        return receipt if receipt and receipt.feed in sender.feeds else None
    rows = Lake(home).rows_of("quarantine", [entry]) if entry.rows_rejected and entry.delivery else None
    breaches, lines = told_of(rows) if rows else ((), ())
    landed = replace(_of_entry(entry), breaches=breaches, lines=lines)
    return _known(receipt, landed) if receipt else landed


def _known(receipt: Report, landed: Report | None) -> Report:
    """What is known of a delivery: once it has landed, as landing says, at the hour of its receipt."""
    return replace(landed, at=receipt.at) if landed else receipt


def _deliver(
    home: Home, sender: Sender, contract: Contract, file: Path, name: Name, day: dt.date, announced: tuple[int, str]
) -> str:
    """Give a copy of the file a name of its own in the landing folder, whole; its place in the folder of the feed."""
    folder = home.landing / contract.feed / day.isoformat()
    make_folder(folder)
    moment = clock.now().strftime("%H%M%S")
    draft = folder / f".{sender.name}{MARK}{secrets.token_hex(8)}.part"
    try:
        draft.touch(0o600)
        shutil.copyfile(file, draft)
        sync(draft)
        while True:
            place = folder / f"{sender.name}{MARK}{name.stem}-{moment}-{secrets.token_hex(3)}.{name.extension}"
            try:
                # A link never replaces a file that is there.
                os.link(draft, place)
                break
            except FileExistsError:
                continue
    finally:
        draft.unlink(missing_ok=True)
    if contract.table.control:
        rows, sha256 = announced
        write_whole(place.with_name(place.name + CONTROL), f"{place.name};{rows};{sha256}\n", mode=0o600)
    sync(folder)
    return f"{folder.name}/{place.name}"


def _receipts(home: Home, sender: Sender) -> Path:
    return home.intake / "receipts" / sender.name


def _read(path: Path) -> Report:
    document = json.loads(path.read_text(encoding="utf-8"))
    breaches = tuple(Breach(**each) for each in document.pop("breaches"))
    lines = tuple((each["line"], each["rule"], each["column"]) for each in document.pop("lines"))
    return Report(**document, breaches=breaches, lines=lines)


def _entries(home: Home, sender: Sender, which: str) -> list[LedgerEntry]:
    """What the ledger says last of files of the sender, by how names begin; `which` is SQL; the last are given."""
    lake, found = Lake(home), []
    for feed in sender.feeds:
        ledger = lake.deliveries(feed)
        if ledger.is_file():
            found += _rows(ledger, sender.prefixes(feed), which)
    return [LedgerEntry.model_validate(row | {"mtime_ns": 0}) for row in found]


def _rows(ledger: Path, prefixes: Iterable[str], which: str) -> list[Mapping[str, Any]]:
    own = " or ".join(f"starts_with(split_part(file, '/', 2), {literal(prefix)})" for prefix in prefixes)
    with duckdb.connect() as con:
        query = f"""
            select * exclude (withdraws)
            from read_parquet({literal(ledger)})
            where ({own}) and ({which}) and verdict <> 'withdrawal' and received_on is not null
            qualify row_number() over (partition by file order by landed_at desc, coalesce(arrival, 0) desc) = 1
            order by file desc
            limit {LISTED}
        """
        return con.sql(query).to_arrow_table().to_pylist()


def _by_id(entries: Iterable[LedgerEntry]) -> dict[str, Report]:
    return {report.id: report for report in map(_of_entry, entries)}


def _of_entry(entry: LedgerEntry) -> Report:
    refused = entry.verdict == "refused"
    return Report(
        id=_id(entry.feed, entry.file),
        feed=entry.feed,
        file=entry.file,
        at=entry.file[:10],
        sha256=entry.sha256,
        state=entry.verdict,
        # Of a duplicate it would name the other file, which may be another's; of a withdrawal, what an officer wrote.
        reason=entry.reason.removeprefix(f"{entry.feed}/{entry.file}: ") if refused else "",
        rows_received=entry.rows_received,
        rows_accepted=entry.rows_accepted,
        rows_rejected=entry.rows_rejected,
        rows_duplicate=entry.rows_duplicate,
    )


def _id(feed: str, file: str) -> str:
    return hashlib.sha256(f"{feed}/{file}".encode()).hexdigest()[:16]


def _compact(at: str) -> str:
    """A moment as names of receipts begin with it: in their order."""
    return at[:19].replace(":", "")
