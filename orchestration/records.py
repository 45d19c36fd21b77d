"""What runs leave behind for those who look back: how long it is kept, and its removal."""

import datetime as dt

import dagster as dg

from orchestration.clock import ZONE
from orchestration.day.calendar import read_calendar
from orchestration.home import Home

#: Runs are removed so many at a time.
AT_ONCE = 100
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def prune_records(home: Home, instance: dg.DagsterInstance, day: dt.date) -> int:
    """Remove Dagster's runs with their events, journals and receipts that are older than the calendar keeps; how many.

    What Dagster knows last of an asset goes with its run: it was not made for as long.
    """
    first = dt.datetime.combine(day - dt.timedelta(read_calendar().kept_days), dt.time(), ZONE)
    old = dg.RunsFilter(statuses=ENDED, created_before=first)
    removed = 0
    while found := instance.get_run_records(old, limit=AT_ONCE):
        for record in found:
            instance.delete_run(record.dagster_run.run_id)
        removed += len(found)
    for record in (*home.runs.glob("*.json"), *home.intake.glob("receipts/*/*.json")):
        # Its name begins with the day on which the run started, or the delivery came.
        if record.name[:10] < first.date().isoformat():
            record.unlink()
            removed += 1
    return removed
