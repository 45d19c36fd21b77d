"""Feeds of which too many rows were rejected lately for their figures to be called whole."""

import datetime
from dataclasses import dataclass

from orchestration.home import Home
from orchestration.landing.contract import read_contracts
from orchestration.landing.lake import Lake
from orchestration.landing.ledger import Ledger, LedgerEntry

#: Deliveries received less than so many days before the last one of the feed are looked at.
PARTIAL_DAYS = 7


@dataclass(frozen=True)
class PartialFeed:
    """Why the figures of a feed are partial.

    `rows` of those received, a share `share` (0 to 1), were rejected and wait in quarantine, over the deliveries that
    are above the bound of the contract: the `files`. `fr` and `en` are sentences for the public.
    """

    rows: int
    share: float
    files: tuple[LedgerEntry, ...]
    fr: str
    en: str


def partial_feeds(home: Home, until: datetime.date) -> dict[str, PartialFeed]:
    """The feeds of which a delivery of the last days up to `until` had more rows rejected than its contract allows.

    A file that was refused because none of its rows keeps the contract counts like one that left them all in
    quarantine. Rows that landed since, of which the delivery was withdrawn or for which another content of the file
    came, do not wait any more; those of a file that was checked again are of the day of its folder still.
    """
    contracts, ledger = read_contracts(), Lake(home).ledger()
    found = {}
    for feed, contract in contracts.items():
        entries = [e for e in ledger if e.feed == feed and e.received_on and e.received_on <= until]
        last = max(map(_sent_on, entries), default=datetime.date.min)
        recent = [e for e in entries if (last - _sent_on(e)).days < PARTIAL_DAYS]
        above = [e for e in recent if _waiting(e, ledger) > contract.table.rejected_share * _received(e)]
        if above:
            rows = sum(_waiting(entry, ledger) for entry in above)
            found[feed] = _partial(rows, rows / sum(_received(entry) for entry in above), tuple(above))
    return found


def breaches(home: Home, partial: PartialFeed) -> list[str]:
    """What to mend, for whoever keeps the home: a line for each file, rule and column, with the first line of the file
    that breaks it; never what stands there."""
    lake = Lake(home)
    lines = [f"{entry.file}: {entry.reason}" for entry in partial.files if entry.verdict == "refused"]
    rows = lake.rows_of("quarantine", [entry for entry in partial.files if entry.verdict != "refused"])
    if rows is None:
        return lines
    query = f"""
        select file, rule, column_name, count(*), min(line)
        from {rows}
        group by file, rule, column_name
        order by file, count(*) desc, rule, column_name
    """
    with lake.connected() as con:
        found = con.execute(query).fetchall()
    return lines + [
        f"{file}: {count} rows break {rule}{f' of {column}' if column else ''}, first line {line}"
        for file, rule, column, count, line in found
    ]


def _waiting(entry: LedgerEntry, ledger: Ledger) -> int:
    """Rows of the file that wait for their turn: of a content that arrived several times, those of the last arrival."""
    if ledger.is_mended(entry):
        return 0
    live = ledger.live(entry.feed, entry.sha256)
    if entry.verdict == "refused":
        return 0 if live else entry.rows_refused
    return entry.rows_rejected if live and live[-1] is entry else 0


def _sent_on(entry: LedgerEntry) -> datetime.date:
    """The day of the folder of a file that has one."""
    return datetime.date.fromisoformat(entry.file.partition("/")[0])


def _received(entry: LedgerEntry) -> int:
    """The rows of the content, those included that had landed before the rest was checked again."""
    return entry.rows_received + entry.rows_refused


def _partial(rows: int, share: float, files: tuple[LedgerEntry, ...]) -> PartialFeed:
    percent = f"{100 * share:.0f}"
    return PartialFeed(
        rows=rows,
        share=share,
        files=files,
        fr=f"Des livraisons récentes ont trop de lignes rejetées ({percent} % des leurs) : les chiffres sont partiels.",
        en=f"Recent deliveries have too many rows rejected ({percent}% of theirs): the figures are partial.",
    )
