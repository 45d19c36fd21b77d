"""What officers order: outputs that are held or retracted until they are resumed, releases that are not to be shown.

An order is an event of the journal. The gate reads those that stand, so that they survive every run.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.incidents import events

STANDING = """
    select arg_max(event, number) as event, output, arg_max(datasets, number) as datasets,
        arg_max("by", number) as "by", arg_max("day", number) as "day", arg_max(why, number) as why
    from events where event in ('held', 'retracted', 'resumed') and output is not null
    group by output
    having arg_max(event, number) <> 'resumed'
    order by output
"""
#: Retractions that were ordered, and of which it is not noted that they are carried out.
DUE = """
    select number, output, datasets, "release", "day"
    from events as ordered
    where event = 'retracted'
        and number not in (select done from events where event = 'carried out')
    order by number
"""


@dataclass(frozen=True)
class Order:
    """What was ordered of an output (the name of its model) on a day, by whom and why; its datasets by name."""

    event: str
    output: str
    datasets: Sequence[str]
    by: str
    day: dt.date
    why: str

    @property
    def detail(self) -> str:
        """Who ordered it, when and why, for the home."""
        return f"by {self.by} on {self.day}: {self.why}"


def standing_orders(home: Home) -> dict[str, Order]:
    """The orders that stand, by output: held ones have the event `held`, retracted ones `retracted`."""
    if not events.events_file(home).exists():
        return {}
    return {each["output"]: Order(**each) for each in events.query(home, STANDING)}


def hold(home: Home, output: str, datasets: Sequence[str], why: str, day: dt.date) -> None:
    """Hold an output from the next release on: its last good files stay. Raises VigieError when it is held already."""
    standing = standing_orders(home).get(output)
    if standing:
        raise VigieError(f"{output} is {standing.event} already, {standing.detail}.")
    order(home, day, why, event="held", output=output, datasets=list(datasets))


def resume(home: Home, output: str, why: str, day: dt.date) -> None:
    """Let an output go out again, as the gate says; raises VigieError when nobody holds it."""
    if output not in standing_orders(home):
        raise VigieError(f"Nobody holds {output}. `vigie status` says why something is not published.")
    order(home, day, why, event="resumed", output=output)


def due_retractions(home: Home) -> list[dict[str, Any]]:
    """The retractions to be carried out, in order: `number`, `day`, and `output` with its `datasets`, or `release`."""
    return events.query(home, DUE) if events.events_file(home).exists() else []


def order(home: Home, day: dt.date, why: str, **facts: Any) -> int:
    """Note an order of the officer who calls; its number. Raises VigieError without a reason."""
    if not why.strip():
        raise VigieError("Say why: --why TEXT. It is kept with the order.")
    [noted] = events.append(home, day, events.officer(), [{"why": why.strip(), **facts}])
    return noted["number"]
