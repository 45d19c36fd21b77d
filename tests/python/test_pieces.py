"""What a day costs that comes in pieces, beside the same day in one: whoever sends when, the house builds seldom.

The daemon's part is played: the sensor is asked every ten minutes of a clock that is set, and what it asks for is run
in a process that has read Dagster and the project already, so that Dagster's start of a run is no part of the cost.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Mapping

import dagster as dg
import pytest
from daily_runs import vigie

from orchestration import sensors
from orchestration.clock import ZONE
from orchestration.day.calendar import at, read_calendar
from orchestration.definitions import build_definitions
from orchestration.execution import prepare_dagster_home
from orchestration.home import Home
from orchestration.journal import journals
from orchestration.simulator import simulate

FIRST, DAY = dt.date(2021, 3, 1), dt.date(2021, 3, 24)
#: When each feed comes, of the day in pieces: half an hour before its hour, a quarter of an hour apart at least.
HOURS = {
    "oscour": "08:15", "sos_medecins": "08:30", "contact_covid": "11:15", "insee_deces": "11:30", "cepidc": "13:30",
    "monic": "14:15", "vacsi": "14:30", "sivic": "15:00", "survesms": "15:15", "emergen": "15:30",
    "soignants_infectes": "15:45", "sidep": "16:15",
}  # fmt: skip
SIZES = {
    "sidep": 30_000, "sivic": 4_000, "oscour": 6_000, "sos_medecins": 3_000, "vacsi": 5_000, "contact_covid": 2_500,
    "insee_deces": 700, "monic": 500, "cepidc": 400, "emergen": 1_500, "survesms": 800, "soignants_infectes": 500,
}  # fmt: skip
TICK = dt.timedelta(minutes=10)
#: What the schedules ask for once no more is taken in.
HOURS_OF_JOBS = {"cut_off": "closing", "release": "publication", "upkeep": "maintenance"}


def yesterday(home: Home) -> Home:
    """A home with deliveries of twelve feeds until the day, and a run of the day before it."""
    for feed, size in SIZES.items():
        simulate(home, feed, "builtin", FIRST, DAY, seed=1, size=size)
    vigie(home.root, "run", "--today", DAY - dt.timedelta(1))
    return home


class Evening:
    """A home through its day: files come, the sensor looks, jobs run; `costs` are CPU seconds by job."""

    def __init__(self, home: Home) -> None:
        self.home, self.seen, self.costs = home, "{}", dict[str, list[float]]()
        os.environ["VIGIE_NOW"] = f"{DAY}T06:00"
        prepare_dagster_home(home)
        self.definitions = build_definitions(home)

    def through(self, arrivals: Mapping[str, str]) -> float:
        """The CPU seconds of a day on which feeds come at their hours, all runs together."""
        waiting = self.home.root / "arriving"
        for feed in SIZES:
            shutil.move(self.home.landing / feed / str(DAY), waiting / feed)
        now, calendar = at(DAY, "06:00"), read_calendar()
        while now < calendar.moment(DAY, "cut_off"):
            for feed, hour in arrivals.items():
                if now <= at(DAY, hour) < now + TICK:
                    shutil.move(waiting / feed, self.home.landing / feed / str(DAY))
            now += TICK
            while self.asked(now):
                pass
        for what, job in HOURS_OF_JOBS.items():
            self.run(job, calendar.moment(DAY, what))
        return sum(sum(each) for each in self.costs.values())

    def asked(self, now: dt.datetime) -> bool:
        """Run what a look at `now` asks for, if it does."""
        os.environ["VIGIE_NOW"] = f"{now.astimezone(ZONE):%Y-%m-%dT%H:%M}"
        found = sensors.look(self.home, json.loads(self.seen))
        if isinstance(found, dg.SkipReason):
            return False
        self.seen = found.cursor or self.seen
        for request in found.run_requests or ():
            self.run(request.job_name, now, request)
        return bool(found.run_requests)

    def run(self, job: str, now: dt.datetime, request: dg.RunRequest | None = None) -> None:
        """Run a job in a process of its own; its cost is what the journal says of it."""
        os.environ["VIGIE_NOW"] = f"{now.astimezone(ZONE):%Y-%m-%dT%H:%M}"
        if (child := os.fork()) == 0:
            code = 1
            try:
                with dg.DagsterInstance.get() as instance:
                    asked = self.definitions.resolve_job_def(job)
                    if request and request.asset_selection:
                        asked = asked.get_subset(
                            asset_selection={*request.asset_selection},
                            asset_check_selection=request.asset_check_keys and {*request.asset_check_keys},
                        )
                    key, tags = (request.partition_key, request.tags) if request else (None, {})
                    done = asked.execute_in_process(
                        instance=instance, partition_key=key, tags=tags, raise_on_error=False
                    )
                    code = 0 if done.success else 1
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        journal = journals(self.home)[0]
        assert os.waitstatus_to_exitcode(status) == 0 and journal["state"] == "succeeded", (job, journal)
        self.costs.setdefault(job, []).append(journal["cost"]["cpu_seconds"])
        print(
            job,
            f"{now:%H:%M}",
            journal["cost"],
            [(s["name"], round(s["cpu_seconds"], 1)) for s in journal["steps"]],
            flush=True,
        )


@pytest.mark.long
def test_a_day_in_twelve_pieces_costs_at_most_half_as_much_again(tmp_path, monkeypatch, record_property):
    # Views name the place of the lake: both days are lived in the same one.
    home, kept = Home(tmp_path / "home"), tmp_path / "kept"
    for name in ("VIGIE_HOME", "DAGSTER_HOME", "VIGIE_NOW"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.delenv("VIGIE_NOW")
    shutil.copytree(yesterday(home).root, kept, symlinks=True)
    whole = Evening(home)
    at_once = whole.through(dict.fromkeys(SIZES, "09:00"))
    shutil.rmtree(home.root)
    shutil.move(kept, home.root)
    parts = Evening(home)
    in_pieces = parts.through(HOURS)
    assert len(whole.costs["landing"]) == 1 and len(parts.costs["landing"]) == len(HOURS)
    told = {job: [round(cost) for cost in costs] for job, costs in parts.costs.items()}
    record_property("proof", f"a day in twelve pieces: {in_pieces:.0f} CPU s, {at_once:.0f} in one; {told}")
    assert in_pieces <= 1.5 * at_once, (whole.costs, parts.costs)
