"""The sensor that sees deliveries: each feed lands as soon as its files stand there, and what it changes is built."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration import clock
from orchestration.assets.incidents import INCIDENTS
from orchestration.assets.landing import LEDGER, quarantine_key
from orchestration.day.calendar import Calendar, read_calendar
from orchestration.day.expected import expected
from orchestration.gate import Gate, open_gate
from orchestration.home import Home
from orchestration.jobs import unattended
from orchestration.landing import pending, read_contracts, waiting
from orchestration.landing.arrivals import Arrival
from orchestration.warehouse.keys import AS_NEEDED, asset_key, landing_key, tested_key
from orchestration.warehouse.project import read_manifest

SECONDS = 30
#: How long a build is put off at most for a delivery that is due.
SOON = dt.timedelta(hours=2)
GOING_ON = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def deliveries_sensor(jobs: Mapping[str, Any], calendar: Calendar | None = None) -> dg.SensorDefinition:
    """Asks for a landing when files have come, then for a build when the lake has changed.

    Between the cut-off and the release nothing is taken in: what comes then counts from the release on.
    """
    calendar = calendar or read_calendar()

    @dg.sensor(
        name="deliveries",
        jobs=[jobs["landing"], jobs["warehouse"]],
        minimum_interval_seconds=SECONDS,
        description="Files that stand in the landing folder, and rows that are landed and not counted yet.",
        default_status=dg.DefaultSensorStatus.RUNNING if unattended() else dg.DefaultSensorStatus.STOPPED,
    )
    def deliveries(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        now = clock.now()
        if calendar.closes(now):
            released = calendar.moment(now.date(), "release")
            return dg.SkipReason(f"The day is closed; what comes now waits for the release of {released:%H:%M}.")
        if context.instance.get_run_records(dg.RunsFilter(statuses=GOING_ON), limit=1):
            return dg.SkipReason("A run is going on.")
        return look(Home.from_env(), json.loads(context.cursor or "{}"))

    return deliveries


def look(home: Home, seen: dict[str, Any]) -> dg.SensorResult | dg.SkipReason:
    """What is to be done about the landing folder and the lake, when they are not as they were `seen` last."""
    now = clock.now()
    today = now.astimezone(clock.ZONE).date()
    folders, ledger = folders_changed(home.landing), _changed(home.lake / "ledger.parquet")
    stands = {"folders": folders, "ledger": ledger, "day": today.isoformat()}
    put_off = seen.get("put_off")
    over = put_off is not None and now >= dt.datetime.fromisoformat(put_off)
    # On another day what was of a day to come may land.
    if not (seen.get("waits") or over) and stands.items() <= seen.items():
        told = f"A build is put off until {put_off[11:16]}." if put_off else "All that has landed is counted."
        return dg.SkipReason(f"Nothing has come. {told}")
    found = pending(home, today)
    if found:
        # The ledger that the landing leaves is looked at by the next tick.
        cursor = json.dumps(seen | stands | {"ledger": seen.get("ledger")})
        return dg.SensorResult(run_requests=[request(found)], cursor=cursor)
    # All files are looked at for it, each time: only while one of them may land without another name in the folder.
    stands["waits"] = any(each.passes for each in waiting(home, today))
    if (ledger == seen.get("ledger") and not put_off) or not home.lake.joinpath("ledger.parquet").exists():
        return dg.SensorResult(skip_reason="Nothing has come that can land.", cursor=json.dumps(stands))
    if soon := due_soon(home, now):
        cursor = json.dumps(stands | {"put_off": soon.isoformat()})
        return dg.SensorResult(skip_reason=f"More is due at {soon:%H:%M}: one build for all.", cursor=cursor)
    if not home.database.is_file():
        return dg.SensorResult(run_requests=[dg.RunRequest(job_name="warehouse")], cursor=json.dumps(stands))
    gate = open_gate(home)
    if gate.at_rest:
        return dg.SensorResult(skip_reason="All that has landed is counted.", cursor=json.dumps(stands))
    return dg.SensorResult(run_requests=[build(gate, read_manifest(home))], cursor=json.dumps(stands))


def due_soon(home: Home, now: dt.datetime) -> dt.datetime | None:
    """Until when a build is put off: the hour of the last delivery that is due soon and has not come.

    A build has its price whatever it brings in. What is late is not waited for, and the cut-off builds what there is.
    """
    found = (each.due for each in expected(home, now) if each.state == "due" and each.due)
    return max((due for due in found if due <= now + SOON), default=None)


def build(gate: Gate, manifest: Mapping[str, Any]) -> dg.RunRequest:
    """A build of what is not at its present state, with its checks; of the rest, most of a thousand assets, Dagster is
    told by the build at the cut-off."""
    nodes = manifest["nodes"]
    checked = ((tested_key(nodes[test], manifest), nodes[test]["name"]) for test in gate.unsettled)
    return dg.RunRequest(
        job_name="warehouse",
        asset_selection=[asset_key(nodes[i]) for i in sorted(gate.stale)] or None,
        asset_check_keys=[dg.AssetCheckKey(key, name) for key, name in checked if key] if gate.stale else None,
        tags={AS_NEEDED: "true"},
    )


def request(found: Sequence[Arrival]) -> dg.RunRequest:
    """A landing of the feeds that have come: of their day of receipt, or of all days when there are several."""
    contracts = read_contracts()
    feeds = sorted({each.feed for each in found} & contracts.keys()) or sorted(contracts)
    keys = [key for feed in feeds for key in (landing_key(feed), quarantine_key(feed))]
    by_day: dict[str, int] = defaultdict(int)
    for each in found:
        by_day[(each.received_on or clock.today()).isoformat()] += 1
    return dg.RunRequest(
        job_name="landing",
        partition_key=next(iter(by_day)) if len(by_day) == 1 else None,
        asset_selection=[*keys, LEDGER, INCIDENTS],
        tags={"vigie/files": str(len(found)), "vigie/feeds": ", ".join(feeds)},
    )


def folders_changed(landing: Path) -> int:
    """When a file last came to, or went from, a folder of a feed or of a day: the latest change, in nanoseconds.

    A file that is written in place is not seen so; the landing at the cut-off looks at every file.
    """
    folders = [landing, *(feed for feed in landing.glob("[!.]*") if feed.is_dir())]
    days = (day for feed in folders[1:] for day in feed.iterdir() if day.is_dir())
    return max((_changed(folder) for folder in (*folders, *days)), default=0)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
