"""A run: the day that it stands for, the lock that it holds and the journal that it leaves.

It is a Dagster resource, so that a run started from the UI takes the same lock and leaves the same journal as one
started from the command line.
"""

import datetime as dt
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from pydantic import PrivateAttr

from orchestration import clock, progress
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.journal import Journal
from orchestration.storage import locked


class Run(dg.ConfigurableResource):
    """The day of a run (`today`, ISO date, by default the day on which it starts) and, to look back, `as_of`.

    `rebuild` makes every table of the warehouse again from the lake, instead of bringing in what is new.
    """

    today: str = ""
    as_of: str = ""
    rebuild: bool = False

    _day: dt.date | None = PrivateAttr(default=None)
    _journal: Journal | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Run"]:
        """Hold the lock and keep the journal for the time of the run."""
        home = Home.from_env()
        self._day = self._first_day()
        dagster_run = context.dagster_run
        what = f"Dagster run {dagster_run.run_id[:8]}" if dagster_run else "a Dagster run"
        # The command line takes the lock before Dagster starts.
        with locked(home.lock, what, again=True):
            self._journal = Journal(home.runs)
            self._journal.note(
                run_id=dagster_run.run_id if dagster_run else "",
                started=dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
                ended=None,
                state="running",
                pid=os.getpid(),
                today=self.day.isoformat(),
                as_of=self.as_of or None,
                steps=[],
                error=None,
            )
            yield self
            failed = self.journal.facts["error"] is not None
            self._journal.note(
                ended=dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
                state="failed" if failed else "succeeded",
            )

    @property
    def day(self) -> dt.date:
        """The day that the run stands for: the same from its start to its end."""
        return self._day or self._first_day()

    def _first_day(self) -> dt.date:
        told = self.as_of or self.today
        return dt.date.fromisoformat(told) if told else clock.today()

    @property
    def home(self) -> Home:
        """The home of the run: apart from the present one when looking back."""
        home = Home.from_env()
        return home.as_of(self.day) if self.as_of else home

    @property
    def journal(self) -> Journal:
        """The journal of this run."""
        assert self._journal, "the journal exists only while a run goes on"
        return self._journal

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step of the run: shown, timed, and its error kept in the journal in words."""
        started = time.monotonic()
        error: str | None = None
        try:
            with progress.step(name):
                yield
        except VigieError as readable:
            error = str(readable)
            # Dagster shows the description of a Failure, and only the traceback of anything else.
            raise dg.Failure(description=error, allow_retries=False) from readable
        except Exception as unforeseen:
            error = f"{name} failed unexpectedly: {type(unforeseen).__name__}: {unforeseen}"
            raise
        finally:
            done = {"name": name, "seconds": round(time.monotonic() - started, 1), "error": error}
            self.journal.note(steps=[*self.journal.facts["steps"], done], error=error or self.journal.facts["error"])
