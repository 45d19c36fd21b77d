"""What the producers of SurSaUD share: visits and acts are counted, published and disturbed alike."""

import datetime
from pathlib import Path

from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.sursaud.rates import RATES
from orchestration.simulator.sursaud.truth import Counts, read_official

#: Records sent for each visit or act of a made-up epidemic, with the default rates.
RECORDS_PER_VISIT = 1.24

#: The published series begin with this day.
FIRST_DAY = datetime.date(2020, 2, 24)


def sursaud_feed(
    name: str, system: str, columns: tuple[str, ...], counts: Counts, rates: dict[str, tuple[float, str]]
) -> Feed:
    """The producer of a feed of SurSaUD: `counts` are its columns in the published table, `rates` what it has beside
    the disturbances of both."""

    def send(task: Task) -> None:
        engine = task.engine
        engine.set(feed=name)
        engine.run("sursaud/macros", "sursaud/tables")
        if task.is_builtin:
            engine.set(visits=max(1, round(task.size / RECORDS_PER_VISIT)))
            engine.run("sursaud/builtin")
            task.calendar()
        else:
            for line in read_official(engine, Path(task.truth), counts, task.start, task.end):
                task.tell(line)
            # What the table says was known when it was published: nothing arrives after the last day.
            task.calendar(last_arrival=task.end + datetime.timedelta(days=500))
        engine.run("sursaud/core", "beside", "sursaud/records", "sursaud/accounts", "sursaud/truth")
        task.deliver("sursaud")
        task.tell(f"{system}: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")

    told = {"tot": "coded", "corona": "suspected"} | ({"hospit": "hospitalised"} if counts.hospit else {})
    return Feed(
        name=name,
        system=system,
        first_day=FIRST_DAY,
        columns=columns,
        rates={**RATES, **rates},
        send=send,
        truth={"counts": f"select day, dep, age, sex, {', '.join(told)} from truth_counts order by all"},
        counts="select "
        + ", ".join(f"coalesce(sum({name}), 0)::bigint as {said}" for name, said in told.items())
        + " from truth_counts",
    )
