"""The jobs of the house and their hours: each part of the day alone, what closes the day, and everything at once."""

import os
from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.assets.gate import GATE
from orchestration.assets.incidents import INCIDENTS, told_of_failure
from orchestration.assets.release import RELEASE
from orchestration.assets.routing import GROUP as ROUTING
from orchestration.assets.upkeep import UPKEEP
from orchestration.clock import TIMEZONE
from orchestration.day.calendar import Calendar, read_calendar
from orchestration.warehouse.keys import DUTY

#: Set on a server, where nobody presses a button. Elsewhere sensor and schedules stay stopped until someone starts
#: them in the UI: a laptop that opens it must not begin to release.
UNATTENDED = "VIGIE_UNATTENDED"

#: What each job is for. No job may bear the name of a step: Dagster tells them apart by name.
DESCRIPTIONS = {
    "daily": "Everything: land what arrived, build and check, release, keep the lake, tell what is wrong.",
    "landing": "Take in what was received; of a partition, the files of that day of receipt. Safe to run again.",
    "warehouse": "Bring the warehouse up to date with the lake, and check it.",
    "verdicts": "Say what may be published, and what is held.",
    "closing": "Close the day: take in what has come, build and check it, judge what may go out. Publishes nothing.",
    "publication": "Publish what may go out; what is held keeps its last good files.",
    "maintenance": "Erase, retire, compact and seal, once what that rests on is counted.",
}
#: Where each job writes: a tag of it and of its runs.
WRITES = {
    "daily": "lake, warehouse, releases",
    "landing": "lake",
    "warehouse": "warehouse",
    "verdicts": "nothing",
    "closing": "lake, warehouse",
    "publication": "releases",
    "maintenance": "lake, warehouse",
}


def jobs(landed: dg.AssetsDefinition) -> dict[str, Any]:
    """The jobs by name; `landed` are the assets that files make. Each tells what is wrong, but those that only look."""
    landing = dg.AssetSelection.assets(*landed.keys)
    gate = dg.AssetSelection.assets(GATE)
    release = dg.AssetSelection.assets(RELEASE) | dg.AssetSelection.groups("open_data")
    upkeep = dg.AssetSelection.assets(UPKEEP)
    told = dg.AssetSelection.assets(INCIDENTS)
    # Recipients have hours of their own, and jobs: what is sent to others is no part of a run.
    everything = dg.AssetSelection.all() - dg.AssetSelection.groups(ROUTING)
    build = everything - landing - gate - release - upkeep - told
    selections = {
        "daily": everything,
        "landing": landing | told,
        "warehouse": build,
        "verdicts": gate,
        "closing": landing | build | gate | told,
        "publication": gate | release | told,
        "maintenance": upkeep | told,
    }
    return {
        name: dg.define_asset_job(
            name,
            selection=selection,
            description=DESCRIPTIONS[name],
            tags={"vigie/writes": WRITES[name]},
            hooks={told_of_failure},
            owners=DUTY,
        )
        for name, selection in selections.items()
    }


def unattended() -> bool:
    """Whether sensor and schedules start by themselves."""
    return os.environ.get(UNATTENDED, "") not in ("", "0")


def begins_as() -> dg.DefaultScheduleStatus:
    """Whether a schedule runs until someone stops it, or the other way round."""
    return dg.DefaultScheduleStatus.RUNNING if unattended() else dg.DefaultScheduleStatus.STOPPED


def schedules(jobs: Mapping[str, Any], calendar: Calendar | None = None) -> list[dg.ScheduleDefinition]:
    """A schedule for each hour that the calendar declares."""
    calendar = calendar or read_calendar()
    return [
        _at_its_hour("cut_off", jobs["closing"], calendar),
        _at_its_hour("release", jobs["publication"], calendar),
        _at_its_hour("upkeep", jobs["maintenance"], calendar),
    ]


def _at_its_hour(what: str, job: Any, calendar: Calendar) -> dg.ScheduleDefinition:
    """Runs the job at the hour that this kind of day has; the hours of other kinds of day pass."""

    def of_this_day(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        moment = context.scheduled_execution_time
        due = calendar.moment(moment.date(), what)
        if moment.astimezone(due.tzinfo) != due:
            return dg.SkipReason(f"Today it is at {due:%H:%M}.")
        return dg.RunRequest(run_key=f"{what} {moment.date()}")

    return dg.ScheduleDefinition(
        name=f"{what}_hour",
        job=job,
        cron_schedule=calendar.crons(what),
        execution_timezone=TIMEZONE,
        execution_fn=of_this_day,
        default_status=begins_as(),
    )
