"""What runs leave behind goes when the calendar says, and not before."""

import datetime as dt

import dagster as dg

from orchestration.day.calendar import read_calendar
from orchestration.records import prune_records

TODAY = dt.datetime.now(dt.UTC).date()
KEPT = read_calendar().kept_days


def test_old_runs_and_journals_go_and_the_others_stay(home):
    home.runs.mkdir(parents=True)
    for back in (KEPT + 1, KEPT - 1):
        (home.runs / f"{TODAY - dt.timedelta(back)}T170000_ab.json").write_text("{}")

    @dg.asset
    def made() -> None:
        return None

    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize([made], instance=instance)
        assert prune_records(home, instance, TODAY) == 1
        assert [path.name[:10] for path in home.runs.iterdir()] == [str(TODAY - dt.timedelta(KEPT - 1))]
        assert instance.get_run_by_id(done.run_id)
        assert prune_records(home, instance, TODAY + dt.timedelta(KEPT + 1)) == 2
        assert not instance.get_run_by_id(done.run_id) and not list(home.runs.iterdir())
        assert not instance.get_records_for_run(done.run_id).records
