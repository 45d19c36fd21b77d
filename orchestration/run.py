"""A run: the day that it stands for, the lock that it holds and the journal that it leaves.

It is a Dagster resource, so that a run started from the UI takes the same lock and leaves the same journal as one
started from the command line.
"""

import datetime as dt
import errno
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

import dagster as dg
from pydantic import Field, PrivateAttr

from orchestration import clock, progress
from orchestration.cost import Cost, Meter
from orchestration.day.page import write_status_page
from orchestration.errors import VigieError, told
from orchestration.home import Home
from orchestration.journal import Journal
from orchestration.storage import locked

#: The tag of a run that a command started: what was typed.
COMMAND = "vigie/command"
#: Seconds that a run waits for another process that has the home: a command, or a run that the UI does not know of.
PATIENCE = 3600.0
#: What a run fails on and that may pass while it waits: no room on the disk.
PASSES = (errno.ENOSPC, errno.EDQUOT)
#: How often a step is tried again that failed for such a reason, and after how many seconds.
TRIES, PAUSE = 3, 300

#: What measures the next run of this process, and the steps that it had before there was a journal; see `begun`.
_begun: tuple[Meter, list[dict[str, Any]]] | None = None


def begun(meter: Meter, name: str) -> None:
    """Let the next run of this process begin where `meter` did, with a step of this name that has just ended."""
    global _begun
    _begun = meter, [_step(name, meter.read(), None)]


def _step(name: str, cost: Cost, error: str | None) -> dict[str, Any]:
    """A step as it stands in a journal."""
    return {"name": name, **asdict(cost), "error": error}


class Run(dg.ConfigurableResource):
    """The day of a run and what is special about it; nothing need be said of an ordinary one."""

    today: str = Field(
        default="",
        description="The day that the run stands for, such as 2021-03-10; empty: the day on which it starts.",
    )
    as_of: str = Field(
        default="",
        description="To look back: the past day, such as 2021-03-10, of which what was known then is made again, apart "
        "from the present, in as_of/ of the home. Takes nothing in and publishes nothing. Empty: the present.",
    )
    rebuild: bool = Field(
        default=False,
        description="Make every table of the warehouse again from the lake, instead of bringing in what is new. Long, "
        "and never needed when all is well.",
    )
    again: str = Field(
        default="",
        description="A file, FEED/DAY/FILE, such as sidep/2021-03-10/a.csv: landing checks it again and looks at no "
        "other. Empty: whatever has come.",
    )

    _day: dt.date | None = PrivateAttr(default=None)
    _journal: Journal | None = PrivateAttr(default=None)
    _unattended: bool = PrivateAttr(default=False)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Run"]:
        """Hold the lock and keep the journal for the time of the run."""
        global _begun
        home = Home.from_env()
        home.keep_private()
        self._day = self._first_day()
        (meter, before), _begun = _begun or (Meter(), []), None
        dagster_run = context.run
        self._unattended = bool(dagster_run) and COMMAND not in dagster_run.tags
        what = f"Dagster run {dagster_run.run_id[:8]}" if dagster_run else "a Dagster run"
        # The command line takes the lock before Dagster starts.
        with locked(home.lock, what, wait=PATIENCE, again=True):
            self._journal = Journal(home.runs)
            self._journal.note(
                run_id=dagster_run.run_id if dagster_run else "",
                started=dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
                ended=None,
                state="running",
                pid=os.getpid(),
                today=self.day.isoformat(),
                as_of=self.as_of or None,
                steps=before,
                error=None,
            )
            yield self
            self._journal.note(
                ended=dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
                state=self._outcome(),
                cost=asdict(self._cost_of_all(meter)),
            )
        if not self.as_of:
            write_status_page(home)

    def _cost_of_all(self, meter: Meter) -> Cost:
        """The cost of the run: of its steps, and of what Dagster does between them. Each step began the peak anew."""
        peaks = (step["peak_mib"] for step in self.journal.facts["steps"])
        return replace(whole := meter.read(), peak_mib=max(whole.peak_mib, *peaks, 0))

    def _outcome(self) -> str:
        if self.journal.facts["error"]:
            return "failed"
        return "done in part" if any(step["error"] for step in self.journal.facts["steps"]) else "succeeded"

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
    def step(self, name: str, holds: bool = True) -> Iterator[None]:
        """A step of the run: shown, its cost and its error kept in the journal in words.

        A step that does not hold the run has it done in part when it fails: what came before it stands.
        """
        meter, error = Meter(), None
        self._forget(name)
        try:
            with progress.step(name, meter):
                yield
        except VigieError as readable:
            error = str(readable)
            # Dagster shows the description of a Failure, and only the traceback of anything else.
            self._try_again(readable, holds)
            raise dg.Failure(description=error, allow_retries=False) from readable
        except dg.Failure:
            raise
        except Exception as unforeseen:
            error = f"{name} failed unexpectedly: {told(unforeseen)}"
            # Not chained: Dagster would keep the words of the error, which may quote what a producer delivered.
            where = "".join(traceback.format_tb(unforeseen.__traceback__))
            self._try_again(unforeseen, holds)
            raise dg.Failure(error, {"traceback": dg.MetadataValue.text(where)}, allow_retries=False) from None
        finally:
            known, done = self.journal.facts["error"], _step(name, meter.read(), error)
            self.journal.note(steps=[*self.journal.facts["steps"], done], error=(error if holds else None) or known)

    def _try_again(self, error: BaseException, holds: bool) -> None:
        """Ask for another try when what a step failed on may pass.

        Who typed a command is told at once instead, and what holds nothing is taken up by the next run.
        """
        causes = (error, error.__cause__)
        if holds and self._unattended and any(isinstance(each, OSError) and each.errno in PASSES for each in causes):
            raise dg.RetryRequested(max_retries=TRIES, seconds_to_wait=PAUSE) from None

    def _forget(self, name: str) -> None:
        """Forget how an earlier try of a step ended."""
        steps = self.journal.facts["steps"]
        failed = [step["error"] for step in steps if step["name"] == name and step["error"]]
        if failed:
            known = self.journal.facts["error"]
            self.journal.note(
                steps=[step for step in steps if step["name"] != name], error=None if known in failed else known
            )
