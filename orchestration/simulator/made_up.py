"""What the producers share whose truth can only be made up: no official file is read of their feeds."""

from collections.abc import Callable

from orchestration.errors import VigieError
from orchestration.simulator.feed import Task


def made_up(told: str, of: str, records_each: float, why: str, records: str = "records") -> Callable[[Task], None]:
    """What sends the deliveries of such a feed, by the queries of its folder.

    The producer is `told` by this name. `of` names what is made up (a variable of the queries, its number), each of
    which is sent in `records_each` records with the default rates. `why` is the error when an official truth is asked
    for; `records` is the query of what is sent beside the core.
    """

    def send(task: Task) -> None:
        if not task.is_builtin:
            raise VigieError(why)
        feed = task.deliveries.feed
        task.engine.set(**{of: max(1, round(task.size / records_each))})
        task.engine.run(f"{feed}/builtin")
        task.calendar()
        task.engine.run(f"{feed}/core", "beside", records, f"{feed}/truth")
        task.deliver()
        task.tell(f"{told}: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")

    return send
