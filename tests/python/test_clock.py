"""One day per run: that of Paris when it starts, whatever the clock says later."""

import datetime as dt
from types import SimpleNamespace

import dagster as dg
import pytest
from click.testing import CliRunner

from orchestration import cli, clock, execution, status
from orchestration.home import Home
from orchestration.journal import journals
from orchestration.run import Run

NEW_YEAR = dt.date(2021, 1, 1)


class _Clock(dt.datetime):
    """The clock of the machine, which stands in UTC: half past eleven, when it is another year in Paris."""

    moment = dt.datetime(2020, 12, 31, 23, 30, tzinfo=dt.UTC)

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
        return cls.moment.astimezone(tz)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setattr(_Clock, "moment", _Clock.moment)
    # Of this module alone: what is imported meanwhile would keep the clock of the test.
    monkeypatch.setattr(clock, "dt", SimpleNamespace(datetime=_Clock))
    return Home.from_env()


def later() -> None:
    """A day and a half goes by."""
    _Clock.moment += dt.timedelta(hours=36)


def test_the_day_begins_in_paris(home):
    assert clock.today() == NEW_YEAR
    _Clock.moment = dt.datetime(2021, 6, 30, 21, 59, tzinfo=dt.UTC)
    assert clock.today() == dt.date(2021, 6, 30)
    _Clock.moment += dt.timedelta(minutes=1)
    assert clock.today() == dt.date(2021, 7, 1)


def test_a_run_that_crosses_midnight_keeps_its_day(home):
    with Run().yield_for_execution(dg.build_init_resource_context()) as run:
        later()
        assert run.day == NEW_YEAR
        run.journal.note(landing={})
    assert journals(home)[0]["today"] == "2021-01-01"
    with Run().yield_for_execution(dg.build_init_resource_context()) as run:
        assert run.day == dt.date(2021, 1, 2)


def test_the_command_line_hands_its_day_on(home, monkeypatch):
    """What is refused as the past, what lands and what is released are asked of one day."""
    asked = []
    monkeypatch.setattr(status, "refuse_going_back", lambda home, day: (asked.append(day), later()))
    monkeypatch.setattr(execution, "execute", lambda *arguments, **_: asked.append(arguments[3]) or {"state": "failed"})
    CliRunner().invoke(cli.main, ["run"])
    assert [asked[0], asked[1]["today"]] == [NEW_YEAR, "2021-01-01"]


def test_status_counts_days_in_paris(home, monkeypatch):
    monkeypatch.setattr(status, "_rows", lambda home, query: [{"last_received_on": dt.date(2020, 12, 30)}])
    assert status.read_status(home)["feeds"][0]["age_days"] == 2
