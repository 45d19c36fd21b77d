"""What landing would make of a file, tried in a folder apart: the same code on a lake that is thrown away.

Nothing of the home is read or written. What only the lake knows is not said: that the content has come before, or that
another file of the day contradicts it.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.landing.checking import literal
from orchestration.landing.contract import Contract
from orchestration.landing.lake import Lake
from orchestration.landing.reception import REJECTED, land

#: Lines of a file that are named one by one; of the others the number is.
LINES = 200


@dataclass(frozen=True)
class Breach:
    """A rule that `rows` rows of a file break first of all, the first of them on `line`; `column` may be empty."""

    rule: str
    column: str
    rows: int
    line: int


@dataclass(frozen=True)
class Trial:
    """What landing says of a file: taken in or not, and why not; its rows, and what the rejected ones break.

    `lines` are the first of these, as (line, rule, column). None of it quotes the file.
    """

    accepted: bool
    reason: str = ""
    rows_received: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    breaches: tuple[Breach, ...] = ()
    lines: tuple[tuple[int, str, str], ...] = ()


def tried(file: Path, contract: Contract, received_on: datetime.date, folder: Path) -> Trial:
    """Try a file, whose name says its format, under a contract, as if it had been received on that day.

    `folder` is empty and on the file system of the file; what is left there afterwards is the caller's to remove. What
    the contract says of the moment at which a file may land is not asked.
    """
    # It is whole, and no other process writes it.
    table = contract.table.model_copy(update={"control": False, "settling": 0})
    contract = contract.model_copy(update={"table": table})
    home, name = Home(folder), f"{received_on}/{file.name}"
    place = home.landing / contract.feed / name
    place.parent.mkdir(parents=True)
    place.hardlink_to(file)
    [entry] = land(home, received_on, contracts={contract.feed: contract})
    if entry.verdict == "refused" and not entry.rows_refused:
        return Trial(False, entry.reason.removeprefix(f"{contract.feed}/{name}: "))
    lake = Lake(home)
    accepted = entry.verdict == "accepted"
    rejected = lake.rejected(contract.feed, received_on, entry.stem) if accepted else lake.temporary / REJECTED
    breaches, lines = told_of(f"read_parquet({literal(rejected)})") if rejected.exists() else ((), ())
    return Trial(
        accepted,
        "" if accepted else f"none of its {entry.rows_refused} rows keeps the contract",
        rows_received=entry.rows_received + entry.rows_refused,
        rows_accepted=entry.rows_accepted,
        rows_rejected=entry.rows_rejected + entry.rows_refused,
        breaches=breaches,
        lines=lines,
    )


def told_of(rows: str, con: Any = duckdb) -> tuple[tuple[Breach, ...], tuple[tuple[int, str, str], ...]]:
    """What rows of the quarantine (SQL) break, the most frequent first, and the first lines; never a value."""
    kept = f"(select line, rule, coalesce(column_name, '') as column_name from {rows})"
    breaches = con.execute(
        f"select rule, column_name, count(*), min(line) from {kept} group by all order by 3 desc, 4, 1, 2"
    ).fetchall()
    lines = con.execute(f"select line, rule, column_name from {kept} order by line limit {LINES}").fetchall()
    return tuple(Breach(*breach) for breach in breaches), tuple(lines)
