"""The day of recipients: assets, jobs and hours of their own, incidents, the audit, and the notices that they get."""

from __future__ import annotations

import datetime as dt
import json

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from drawing import dice
from small_routing import (
    BASIS,
    CLASSES,
    NOW,
    RECORDS,
    SECRET,
    Small,
    declared,
    row_of_the_ledger,
    small,
    write_secret,
)

from orchestration import cli
from orchestration.assets import routing as assets
from orchestration.incidents.gathering import gather
from orchestration.incidents.register import read_register
from orchestration.landing.ledger import SCHEMA
from orchestration.routing import delivering, outbox, receipts
from orchestration.routing.delivering import deliver
from orchestration.routing.findings import routing_findings
from orchestration.routing.rehashing import rehashed

ROWS = {"class": "research", "basis": BASIS, "records": [
    {"name": "rows", "model": RECORDS, "fields": ["person_key", "sampled_on"], "days": 60},
]}  # fmt: skip
FIRST = 2**63


@pytest.fixture
def here(tmp_path, monkeypatch) -> Small:
    """A small home, in which commands and assets find its declarations."""
    made = small(tmp_path / "home", dice("day"), weeks=2)
    monkeypatch.setenv("VIGIE_HOME", str(made.home.root))
    monkeypatch.setenv("VIGIE_NOW", "2021-03-14T19:45")
    for module in ("orchestration.release", "orchestration.assets.routing"):
        monkeypatch.setattr(f"{module}.read_declarations", lambda path: made.declarations)
    for module in ("orchestration.warehouse.project", "orchestration.assets.routing"):
        monkeypatch.setattr(f"{module}.manifest_path", lambda home: None)
    for module in ("orchestration.routing.declarations", "orchestration.assets.routing"):
        monkeypatch.setattr(f"{module}.read_classes", lambda: CLASSES)
    monkeypatch.setattr("orchestration.incidents.gathering.overdue", lambda home, day: [])
    monkeypatch.setattr("orchestration.incidents.gathering._graph", lambda home: None)
    return made


def recipients(here: Small, monkeypatch, **documents):
    made = declared(here.home.root.parent / "declared", **documents)
    for module in ("declarations", "findings"):
        monkeypatch.setattr(f"orchestration.routing.{module}.read_recipients", lambda: made)
    return made


def run(made, name: str) -> dg.ExecuteInProcessResult:
    jobs = assets.routing_jobs(made)
    defs = dg.Definitions(
        assets=assets.routing_assets(made), jobs=list(jobs.values()), executor=dg.in_process_executor,
    )  # fmt: skip
    job = defs.resolve_job_def(jobs[name].name)
    return job.execute_in_process(instance=dg.DagsterInstance.ephemeral(), raise_on_error=False)


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {each.check_name: each.passed for each in result.get_asset_check_evaluations()}


def test_a_recipient_is_an_asset_with_its_checks_job_and_hour(here, monkeypatch):
    made = recipients(here, monkeypatch, one={"datasets": [{"name": "sp-*"}], "acknowledged_within": 4})
    result = run(made, "one")
    assert result.success and checks(result) == {"sent": True, "verified": True, "acknowledged": True}
    [event] = result.get_asset_materialization_events()
    assert event.asset_key.path == ("routing", "one") or list(event.asset_key.path) == ["routing", "one"]
    [spec] = assets.routing_assets(made)[0].specs
    assert spec.freshness_policy.deadline_cron == "0 20 * * *" and spec.group_name == "routing"
    monkeypatch.setenv("VIGIE_NOW", "2021-03-15T19:45")
    late = run(made, "one")
    assert late.success and checks(late)["acknowledged"] is False


def test_its_hour_comes_until_the_agreement_ends(here, monkeypatch):
    made = recipients(here, monkeypatch, one={"datasets": [{"name": "sp-*"}]})
    jobs = assets.routing_jobs(made)
    [schedule] = assets.routing_schedules(made, jobs, dg.DefaultScheduleStatus.STOPPED)
    assert schedule.cron_schedule == "0 19 * * *" and schedule.name == "to_one_hour"
    example = {"one": made["one"].model_copy(update={"example": True})}
    for of, status in ((made, "RUNNING"), (example, "STOPPED")):
        [found] = assets.routing_schedules(of, jobs, dg.DefaultScheduleStatus.RUNNING)
        assert found.default_status.value == status
    assets_and_jobs = dg.Definitions(assets=assets.routing_assets(made), jobs=list(jobs.values()), schedules=[schedule])
    for day, kind in ((dt.date(2021, 12, 31), dg.RunRequest), (dt.date(2022, 1, 1), dg.SkipReason)):
        at = dt.datetime.combine(day, dt.time(18), dt.UTC)
        context = dg.build_schedule_context(scheduled_execution_time=at)
        found = assets_and_jobs.resolve_schedule_def("to_one_hour").evaluate_tick(context)
        assert bool(found.run_requests) == (kind is dg.RunRequest)


def test_the_hour_of_some_weekdays_is_that_of_the_schedule_of_freshness_and_of_incidents(here, monkeypatch):
    made = recipients(here, monkeypatch, one={"datasets": [{"name": "sp-*"}], "weekdays": ["sunday", "tuesday"]})
    [schedule] = assets.routing_schedules(made, assets.routing_jobs(made), dg.DefaultScheduleStatus.STOPPED)
    [spec] = assets.routing_assets(made)[0].specs
    assert (schedule.cron_schedule, spec.freshness_policy.deadline_cron) == ("0 19 * * 0,2", "0 20 * * 0,2")
    # Served on a Sunday; on Monday nothing is due, on Tuesday it was.
    deliver(
        here.home, made["one"], CLASSES, here.declarations, ways=here.ways(now=lambda: NOW + dt.timedelta(hours=0.5))
    )
    found = [[each.rule for each in routing_findings(here.home, NOW + dt.timedelta(days=n, hours=1))] for n in (1, 2)]
    assert found == [[], ["hour one"]]


def test_what_cannot_be_sent_in_its_hour_is_an_incident_until_it_is(here, monkeypatch, tmp_path):
    share = tmp_path / "share"
    made = recipients(here, monkeypatch, one={
        "datasets": [{"name": "sp-*"}], "transport": {"kind": "folder", "path": str(share / "in")},
    })  # fmt: skip
    moment = [NOW]

    def sleep(seconds: float) -> None:
        moment[0] += dt.timedelta(seconds=seconds)

    monkeypatch.setattr(assets, "deliver", lambda *a, **k: deliver(
        *a, **k, ways=here.ways(sleep=sleep, now=lambda: moment[0])
    ))  # fmt: skip
    result = run(made, "one")
    assert not result.success and checks(result) == {"sent": False, "verified": False, "acknowledged": True}
    assert not result.get_asset_materialization_events()
    [incident] = read_register(here.home)
    assert (incident["kind"], incident["severity"], incident["rule"]) == ("routing", "high", "sent one")
    assert "mounted" in incident["detail"] and incident["todo"] == "vigie deliver one"
    share.mkdir()
    assert not run(made, "one").success and not list(share.iterdir())
    (share / "in").mkdir()
    assert run(made, "one").success
    assert routing_findings(here.home, NOW) == [] and "routing" in gather(here.home, NOW.date()).kinds


def test_one_that_does_not_acknowledge_is_followed_up(here, monkeypatch):
    of = {"datasets": [{"name": "sp-*"}]}
    made = recipients(here, monkeypatch, one=of | {"acknowledged_within": 4}, two=of)
    for each in made.values():
        deliver(here.home, each, CLASSES, here.declarations, ways=here.ways())
    soon, later = NOW + dt.timedelta(hours=3), NOW + dt.timedelta(hours=5)
    assert routing_findings(here.home, soon) == []
    [found] = routing_findings(here.home, later)
    assert found.rule == "acknowledged one" and "not acknowledged after 4 hours" in found.detail
    receipts.note_acknowledgement(here.home, "one", 1, False, soon)
    assert "something else" in routing_findings(here.home, soon)[0].detail
    # Two evenings later nobody has looked at either.
    assert [each.rule for each in routing_findings(here.home, NOW + dt.timedelta(days=2))] == [
        "hour one", "acknowledged one", "hour two",
    ]  # fmt: skip


def test_a_wrong_declaration_is_an_incident_and_stops_nothing_else(here, monkeypatch):
    def broken():
        raise cli.VigieError("one.yml: hour: not one.")

    monkeypatch.setattr("orchestration.routing.findings.read_recipients", broken)
    [found] = routing_findings(here.home, NOW)
    assert found.rule == "declarations" and found.detail == "one.yml: hour: not one."


# --------------------------------------------------------------------------- audit and notices


def withdraw(here: Small, delivery: int) -> None:
    """A ledger that has a delivery withdrawn."""
    here.home.lake.mkdir(exist_ok=True)
    table = pa.Table.from_pylist([row_of_the_ledger(delivery, "withdrawn")], schema=SCHEMA)
    pq.write_table(table, here.home.lake / "ledger.parquet")


def test_who_has_received_rows_of_a_delivery_is_one_query(here, monkeypatch):
    write_secret(here, "rows", SECRET)
    made = recipients(here, monkeypatch, sums={"datasets": [{"name": "sp-*"}]}, rows=ROWS)
    for each in made.values():
        deliver(here.home, each, CLASSES, here.declarations, ways=here.ways())
    asked = "select recipient, is_records, number from given where feed = 'sidep' and delivery = ? order by all"
    assert receipts.audit(here.home, asked, (FIRST,)) == [
        {"recipient": "rows", "is_records": True, "number": 1},
        {"recipient": "sums", "is_records": False, "number": 1},
    ]
    # The tables that models read say the same, and stand apart from the data.
    given = duckdb.sql(
        f"select recipient from '{here.home.routing}/given/*.parquet' where delivery = {FIRST} order by all"
    )
    assert given.fetchall() == [("rows",), ("sums",)]
    assert here.home.routing.stat().st_mode & 0o077 == 0
    [(sent, rows)] = duckdb.sql(f"select count(*), sum(rows) from '{here.home.routing}/sent/*.parquet'").fetchall()
    assert sent == sum(len(receipts.last_data(here.home, name)["files"]) for name in made) and rows > 0


def test_recipients_of_a_delivery_that_is_withdrawn_are_told_once_in_a_file_of_their_own(here, monkeypatch):
    made = recipients(here, monkeypatch, one={"datasets": [{"name": "sp-*"}]}, two={"datasets": [{"name": "sp-*"}]})
    deliver(here.home, made["one"], CLASSES, here.declarations, ways=here.ways())
    withdraw(here, FIRST + 1)
    assert deliver(here.home, made["one"], CLASSES, here.declarations, ways=here.ways()).numbers == [2]
    folder = here.home.root / "outgoing" / "one" / "000002"
    assert {path.name for path in folder.iterdir()} == {"manifest.json", "notice.json"}
    notice = json.loads((folder / "notice.json").read_text())
    assert notice["withdrawn"] == [{"feed": "sidep", "received_on": "2021-03-01", "deliveries": [1]}]
    assert notice["persons"] == [] and "secret-name" not in (folder / "notice.json").read_text()
    assert deliver(here.home, made["one"], CLASSES, here.declarations, ways=here.ways()).state == "unchanged"
    # What it has is still that of the first delivery.
    assert receipts.last_data(here.home, "one")["number"] == 1


def test_recipients_of_rows_are_told_of_persons_who_asked_to_be_forgotten_by_their_own_keys(here, monkeypatch):
    write_secret(here, "rows", SECRET)
    write_secret(here, "sums", "6" * len(SECRET))
    made = recipients(here, monkeypatch, rows=ROWS, sums={"datasets": [{"name": "sp-*"}]})
    for each in made.values():
        deliver(here.home, each, CLASSES, here.declarations, ways=here.ways())
    requests = here.home.lake / "raw" / "erasure" / "received_on=2021-03-14"
    requests.mkdir(parents=True)
    asked = {"id_personne": pa.array([7, 8], pa.uint64()), "delivery": pa.array([70, 80], pa.uint64())}
    pq.write_table(pa.table(asked), requests / "a.parquet")
    # The second request was taken back.
    withdraw(here, 80)
    outcomes = {n: deliver(here.home, r, CLASSES, here.declarations, ways=here.ways()) for n, r in made.items()}
    assert {name: outcome.numbers for name, outcome in outcomes.items()} == {"rows": [2], "sums": []}
    notice = json.loads((here.home.root / "outgoing" / "rows" / "000002" / "notice.json").read_text())
    assert notice["persons"] == [rehashed(SECRET.encode(), 7)]


def test_a_notice_that_could_not_be_sent_goes_before_anything_else(here, monkeypatch):
    made = recipients(here, monkeypatch, one={"datasets": [{"name": "sp-*"}]})
    deliver(here.home, made["one"], CLASSES, here.declarations, ways=here.ways())
    withdraw(here, FIRST + 1)

    def broken(site, box, still):
        raise delivering.NotSent("It broke")

    with monkeypatch.context() as patched:
        patched.setattr(delivering, "send", broken)
        assert deliver(here.home, made["one"], CLASSES, here.declarations, ways=here.ways()).state == "failed"
    assert outbox.waiting(here.home, "one").facts["kind"] == "notice"
    assert deliver(here.home, made["one"], CLASSES, here.declarations, ways=here.ways()).numbers == [2]
    assert [each["kind"] for each in receipts.receipts(here.home, "one")] == ["data", "notice"]


# --------------------------------------------------------------------------- the command


def test_the_command_sends_to_one_or_all_and_says_what_could_not_be(here, monkeypatch, tmp_path):
    recipients(
        here, monkeypatch, one={"datasets": [{"name": "sp-*"}]},
        two={"datasets": [{"name": "sp-*"}], "transport": {"kind": "folder", "path": str(tmp_path / "no" / "in")}},
        gone={"datasets": [{"name": "sp-*"}], "basis": BASIS | {"ends": dt.date(2021, 3, 14)}},
    )  # fmt: skip
    call = CliRunner().invoke
    said = call(cli.main, ["deliver", "one", "--dry-run"])
    assert said.exit_code == 0 and "would get 3 files" in said.stdout
    assert not (here.home.root / "outgoing").exists()
    said = call(cli.main, ["deliver"])
    assert said.exit_code == cli.IN_PART
    assert "delivery 1: 3 files" in said.stdout and "two          not sent" in said.stdout and "gone" not in said.stdout
    assert [each["rule"] for each in read_register(here.home)] == ["sent two"]
    assert call(cli.main, ["deliver", "one"]).stdout.endswith("has what there is\n")
    assert call(cli.main, ["deliver", "two"]).exit_code == cli.FAILED
    said = call(cli.main, ["deliver", "tow"])
    assert said.exit_code == cli.FAILED and "is it two" in said.stderr
    said = call(cli.main, ["deliver", "gone"])
    assert said.exit_code == cli.FAILED and "ended on 2021-03-14" in said.stderr
