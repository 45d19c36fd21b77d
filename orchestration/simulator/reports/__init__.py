"""What the producers of reports of figures share: so many for each place and period, disturbed alike."""

import datetime
from collections.abc import Mapping

from orchestration.errors import VigieError
from orchestration.simulator.feed import Feed, Task

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.1, "reports that are received more than three days late"),
    "correction": (0.05, "reports first sent wrong in one thing, then corrected"),
    "deletion": (0.01, "reports beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.01, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.005, "reports beside which a row that breaks a rule of the contract is sent"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}


def reports_feed(
    name: str,
    system: str,
    first_day: datetime.date,
    columns: tuple[str, ...],
    truth: str,
    counts: str,
    rates: Mapping[str, tuple[float, str]] | None = None,
) -> Feed:
    """The producer of a feed of reports, whose truth is made up.

    Reports are those of the view `asked` of the feed, each with its key `h`, its `day` and what it says, so many as the
    size asks for. `truth` is a query of the figures in `core`, `counts` one of a row with their sums; `rates` is what
    the feed has beside the disturbances of all, or in their place.
    """

    def send(task: Task) -> None:
        if not task.is_builtin:
            raise VigieError(f"No official file is read of {name}: the truth can only be builtin.")
        task.engine.set(feed=name, reports=task.size)
        task.calendar()
        task.engine.run("reports/days", f"{name}/asked", "reports/core", "beside", "records")
        task.deliver()
        task.tell(f"{system}: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")

    return Feed(
        name=name,
        system=system,
        first_day=first_day,
        columns=columns,
        rates={**RATES, **(rates or {})},
        send=send,
        truth={"counts": truth},
        counts=counts,
    )
