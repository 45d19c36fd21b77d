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

#: How many reports are listed, the last ones.
LISTED = 200


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
    text, moment = json.dumps(report.document, ensure_ascii=False, indent=1), report.at[:19].replace(":", "")
    write_whole(_receipts(home, sender) / f"{moment}-{report.id}.json", text + "\n", mode=0o600)
    return report


def sweep(home: Home, senders: Iterable[Sender]) -> None:
    """Remove from the landing folder what a service that was killed had not written to its end."""
    for sender in senders:
        for feed in sender.feeds:
            for draft in (home.landing / feed).glob(f"*/.{sender.name}{MARK}*.part"):
                draft.unlink(missing_ok=True)


def reports(home: Home, sender: Sender) -> list[Report]:
    """The last reports of a sender, the newest first: of what came through the door, and of its other files."""
    kept = [_read(path) for path in sorted(_receipts(home, sender).glob("*.json"), reverse=True)[:LISTED]]
    landed = {_id(entry.feed, entry.file): _of_entry(entry) for entry in _entries(home, sender)}
    found = {report.id: _known(report, landed.get(report.id)) for report in kept}
    # An hour says when within a day; the day of the folder is all that is known of the others.
    newest = sorted((landed | found).values(), key=lambda each: (each.at, each.id), reverse=True)
    return newest[:LISTED]


def report_of(home: Home, sender: Sender, report_id: str) -> Report | None:
    """A report of a sender, with the lines of what has landed; None when it has none of that name."""
    receipt = next(iter(_receipts(home, sender).glob(f"*-{report_id}.json")), None) if report_id.isalnum() else None
    entry = next((each for each in _entries(home, sender) if _id(each.feed, each.file) == report_id), None)
    if entry is None:
        return _read(receipt) if receipt else None
    rows = Lake(home).rows_of("quarantine", [entry]) if entry.rows_rejected and entry.delivery else None
    breaches, lines = told_of(rows) if rows else ((), ())
    landed = replace(_of_entry(entry), breaches=breaches, lines=lines)
    return _known(_read(receipt), landed) if receipt else landed


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


def _entries(home: Home, sender: Sender) -> list[LedgerEntry]:
    """What the ledger says last of each file of the sender, by how names begin."""
    lake, found = Lake(home), []
    for feed in sender.feeds:
        ledger = lake.deliveries(feed)
        if ledger.is_file():
            found += _rows(ledger, sender.prefixes(feed))
    return [LedgerEntry.model_validate(row | {"mtime_ns": 0}) for row in found]


def _rows(ledger: Path, prefixes: Iterable[str]) -> list[Mapping[str, Any]]:
    own = " or ".join(f"starts_with(split_part(file, '/', 2), {literal(prefix)})" for prefix in prefixes)
    with duckdb.connect() as con:
        query = f"""
            select * exclude (withdraws)
            from read_parquet({literal(ledger)})
            where ({own}) and verdict <> 'withdrawal' and received_on is not null
            qualify row_number() over (partition by file order by landed_at desc, coalesce(arrival, 0) desc) = 1
            order by file desc
            limit {LISTED}
        """
        return con.sql(query).to_arrow_table().to_pylist()


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
