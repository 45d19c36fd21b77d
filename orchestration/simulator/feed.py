"""What the producers of all feeds share: the feed as the simulator sees it, and one simulation at work."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.simulator.deliveries import Deliveries, publish
from orchestration.simulator.engine import Engine, literal


@dataclass(frozen=True)
class Task:
    """One simulation: the days `start` to `end` of `truth` ("builtin", a file or a folder), delivered below `landing`.

    `size` is the number of records of a made-up epidemic; `tell` takes a line of text at each step.
    """

    engine: Engine
    deliveries: Deliveries
    landing: Path
    truth: str | Path
    start: datetime.date
    end: datetime.date
    size: int
    tell: Callable[[str], None]

    @property
    def is_builtin(self) -> bool:
        """Whether the epidemic is made up."""
        return str(self.truth) == BUILTIN

    def calendar(self, last_arrival: datetime.date | None = None, on: list[datetime.date] | None = None) -> None:
        """Make the table `calendar`: the day of receipt of what would arrive on a day.

        What would arrive after the last day is not sent, or is sent on that day when it arrives by `last_arrival`.
        With `on` there are deliveries on these days only, and what would arrive between two of them waits for the next.
        """
        last = on[-1] if on else last_arrival or self.end
        if on is None:
            received, waited = "least(days.day, getvariable('last_receipt'))", ""
        else:
            received = "waited.received_on"
            waited = (
                f"asof join (select unnest({literal(on)}) as received_on) as waited on days.day <= waited.received_on"
            )
        self.engine.connection.execute(
            f"""
            create or replace table calendar as
            with days as (
                select unnest(range({literal(self.start)}::timestamp, {literal(last)} + interval 1 day,
                    interval 1 day))::date as day
            )
            select days.day, {received} as received_on
            from days {waited}
            """
        )

    def deliver(self, family: str = "") -> None:
        """Send the tables `core` (what alone gives the truth) and `records` (what is beside it or sent again).

        `family` is the folder of queries that feeds of one kind share, when what they send wrong is there.
        """
        self.engine.run("sent_again", f"{family or self.deliveries.feed}/wrong", "lines", "disturbances")
        self.deliveries.write_batch()


@dataclass(frozen=True)
class Feed:
    """A feed that can be simulated. `columns` are those of the contract, in the order in which they are sent; the
    system holds nothing before `first_day`.

    `send` writes the deliveries of a task and fills the tables of the truth, `truth` gives by file name the queries of
    what the right pipeline finds, `counts` is a query of one row, the sums of it that are told.
    """

    name: str
    system: str
    first_day: datetime.date
    columns: tuple[str, ...]
    rates: Mapping[str, tuple[float, str]]
    send: Callable[[Task], None]
    truth: Mapping[str, str]
    counts: str

    @property
    def key(self) -> str:
        """The column that identifies a record."""
        return self.columns[0]

    def keep_truth(self, task: Task, folder: Path) -> dict[str, int]:
        """Write the expected counts and the disturbances; return the sums."""
        connection = task.engine.connection
        span = f"{task.start.isoformat()}_{task.end.isoformat()}"
        for original, copy in task.deliveries.sent_twice:
            connection.execute(
                "insert into disturbances values ('file_twice', ?, null, null, ?::date)",
                [f"{original.parent.name}/{original.name} as {copy.name}", copy.parent.name],
            )
        disturbances = (
            f"select disturbances.kind, disturbances.detail, disturbances.record as {self.key}, disturbances.day,"
            " disturbances.received_on, bad_shapes.column_name, bad_shapes.rule from disturbances left join bad_shapes"
            " on disturbances.kind = 'bad_row' and bad_shapes.shape = disturbances.detail order by all"
        )
        for name, query in {**self.truth, "disturbances": disturbances}.items():
            path = folder / f"{name}_{span}.parquet"
            path.unlink(missing_ok=True)
            publish(
                path,
                lambda to, query=query: connection.execute(f"copy ({query}) to {literal(str(to))} (format parquet)"),
            )
        cursor = connection.execute(self.counts)
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchall()[0], strict=True))


BUILTIN = "builtin"
