"""What each feed was to deliver and what came: arrived, due, late and since when, thin."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Literal

import duckdb

from orchestration import clock
from orchestration.clock import ZONE
from orchestration.day.calendar import Calendar, at, read_calendar
from orchestration.home import Home
from orchestration.landing import Contract, read_contracts
from orchestration.landing.contract import WEEKDAYS, Delivery

#: The weeks whose same weekday says how many rows are usual.
WEEKS = 4

State = Literal["arrived", "due", "late", "not_today", "never"]

RECEIVED = """
    select
        feed,
        received_on,
        count(*) filter (verdict in ('accepted', 'duplicate'))::integer as files,
        count(*) filter (verdict = 'refused')::integer as refused,
        coalesce(sum(rows_received - rows_duplicate) filter (verdict = 'accepted'), 0)::bigint as rows
    from read_parquet(?)
    where received_on <= ? and verdict not in ('withdrawal', 'withdrawn')
    group by all
"""


@dataclass(frozen=True)
class Day:
    """What came of a feed on one day of receipt: files taken in, files refused, rows that were new."""

    files: int
    refused: int
    rows: int


@dataclass(frozen=True)
class Expected:
    """How a feed stands at a moment.

    `arrived`: what was expected last has come; `due`: it is expected later today; `late`: it was expected at `due` and
    has not come; `not_today`: nothing is expected today; `never`: nothing has come yet, ever. `rows` are those of the
    last day of receipt, `usual` the median of the same weekdays before it (None when there is none).
    """

    feed: str
    state: State
    due: dt.datetime | None
    last: dt.date | None
    files: int
    refused: int
    rows: int
    usual: float | None
    share: float

    @property
    def thin(self) -> bool:
        """Whether the last day brought far fewer rows than the same weekday usually does."""
        return self.usual is not None and self.rows < self.share * self.usual


def expected(
    home: Home,
    now: dt.datetime,
    contracts: Mapping[str, Contract] | None = None,
    calendar: Calendar | None = None,
) -> list[Expected]:
    """How every feed with a declared delivery stands at `now`."""
    calendar = calendar or read_calendar()
    contracts = read_contracts() if contracts is None else contracts
    today = now.astimezone(ZONE).date()
    received = _received(home, today)
    return [
        _standing(feed, contract.table.delivery, received.get(feed, {}), now, calendar)
        for feed, contract in contracts.items()
        if contract.table.delivery
    ]


def moment_of(day: dt.date, now: dt.datetime | None = None) -> dt.datetime:
    """The moment for which a run of a day speaks: now when it is of today, else the last minute of its day."""
    now = now or clock.now()
    return now if now.astimezone(ZONE).date() == day else at(day, "23:59")


def _received(home: Home, until: dt.date) -> dict[str, dict[dt.date, Day]]:
    ledger = home.lake / "ledger.parquet"
    if not ledger.exists():
        return {}
    found: dict[str, dict[dt.date, Day]] = {}
    with duckdb.connect() as connection:
        for feed, day, *facts in connection.execute(RECEIVED, [str(ledger), until]).fetchall():
            found.setdefault(feed, {})[day] = Day(*facts)
    return found


def _standing(
    feed: str,
    delivery: Delivery,
    days: Mapping[dt.date, Day],
    now: dt.datetime,
    calendar: Calendar,
) -> Expected:
    today = now.astimezone(ZONE).date()
    last = max((day for day, what in days.items() if what.files), default=None)
    missed = _first_due(delivery, last, today, calendar)
    due = at(missed, delivery.by) if missed else None
    if last is None:
        state: State = "never"
    elif due and due <= now:
        state = "late"
    elif last == today:
        state = "arrived"
    else:
        state = "due" if missed else "not_today"
    what = days.get(last, Day(0, 0, 0)) if last else Day(0, 0, 0)
    return Expected(
        feed=feed,
        state=state,
        due=due if state in ("late", "due") else None,
        last=last,
        files=what.files,
        refused=sum(each.refused for day, each in days.items() if last is None or day >= last),
        rows=what.rows,
        usual=_usual(delivery, days, last, calendar),
        share=delivery.usual_share,
    )


def _first_due(delivery: Delivery, last: dt.date | None, today: dt.date, calendar: Calendar) -> dt.date | None:
    """The first day after the last delivery, not after today, on which one is expected."""
    if last is None:
        return None
    first = last + dt.timedelta(delivery.every)
    span = ((first + dt.timedelta(n)) for n in range((today - first).days + 1))
    return next((day for day in span if _is_expected(delivery, day, calendar)), None)


def _is_expected(delivery: Delivery, day: dt.date, calendar: Calendar) -> bool:
    return WEEKDAYS[day.weekday()] in delivery.weekdays and (delivery.holidays or not calendar.is_holiday(day))


def _usual(delivery: Delivery, days: Mapping[dt.date, Day], last: dt.date | None, calendar: Calendar) -> float | None:
    """Rows that the same weekday usually brings; public holidays are neither judged nor counted."""
    if last is None or delivery.every > 1 or calendar.is_holiday(last) or calendar.is_holiday(last - dt.timedelta(1)):
        return None
    before = [last - dt.timedelta(7 * week) for week in range(1, WEEKS + 1)]
    rows = [days[day].rows for day in before if day in days and days[day].files and not calendar.is_holiday(day)]
    return float(median(rows)) if len(rows) >= 2 else None
