"""The day: its declared hours, what each feed was to deliver, what the evening comes to, and who takes files in."""

import datetime as dt
import errno
import json
import os
import stat
import time
from types import SimpleNamespace

import dagster as dg
import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_feed import DECLARATION, ROW, declared, deliver, lines

from orchestration import run, sensors
from orchestration.assets.landing import landing_assets
from orchestration.clock import ZONE
from orchestration.day.calendar import at, read_calendar
from orchestration.day.evening import evening, in_ten_lines, month
from orchestration.day.expected import expected, moment_of
from orchestration.day.page import write_status_page
from orchestration.errors import VigieError
from orchestration.home import PROJECT, Home
from orchestration.jobs import jobs, schedules
from orchestration.journal import Journal, journals
from orchestration.landing import land, read_contracts
from orchestration.landing.contract import WEEKDAYS, Delivery
from orchestration.warehouse.keys import AS_NEEDED

CALENDAR = read_calendar()
JOBS = jobs(landing_assets(read_contracts(), Home(PROJECT / "nowhere")))
WEDNESDAY, SUNDAY, HOLIDAY = dt.date(2021, 3, 10), dt.date(2021, 3, 14), dt.date(2021, 5, 13)
EVERY_DAY = DECLARATION.replace("version: 1\n", 'version: 1\n              delivery: {by: "16:00"}\n', 1)


# -------------------------------------------------------------------------------------------------- the calendar


def calendar_of(tmp_path, *changes: tuple[str, str]):
    text = sensors.read_calendar.__globals__["CALENDAR"].read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "calendar.yml"
    path.write_text(text)
    return read_calendar(path)


def test_each_kind_of_day_has_its_hours(tmp_path):
    calendar = calendar_of(
        tmp_path,
        ('weekend: {cut_off: "17:30", release: "18:30"', 'weekend: {cut_off: "18:00", release: "19:00"'),
        ('holiday: {cut_off: "17:30", release: "18:30"', 'holiday: {cut_off: "18:15", release: "19:15"'),
    )
    assert [calendar.of(day).release for day in (WEDNESDAY, SUNDAY, HOLIDAY)] == ["18:30", "19:00", "19:15"]
    assert calendar.crons("release") == ["30 18 * * *", "0 19 * * *", "15 19 * * *"]
    assert not calendar.closes(at(SUNDAY, "17:45")) and calendar.closes(at(SUNDAY, "18:00"))
    assert calendar.closes(at(SUNDAY, "18:59")) and not calendar.closes(at(SUNDAY, "19:00"))
    runs = {schedule.name: schedule for schedule in schedules(JOBS, calendar)}
    asked = {}
    for day in (WEDNESDAY, SUNDAY, HOLIDAY):
        for hour in ("18:30", "19:00", "19:15"):
            tick = dg.build_schedule_context(scheduled_execution_time=at(day, hour).astimezone(dt.UTC))
            found = runs["release_hour"].evaluate_tick(tick)
            asked[day, hour] = [request.run_key for request in found.run_requests]
    wanted = {(WEDNESDAY, "18:30"), (SUNDAY, "19:00"), (HOLIDAY, "19:15")}
    assert {key for key, requests in asked.items() if requests} == wanted


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('cut_off: "17:30"', 'cut_off: "19:30"', "hours.weekday"),
        ('cut_off: "17:30"', 'cut_off: "7h30"', "hours.weekday.cut_off"),
        ("kept_days: 90", "kept: 90", "kept"),
        ("country: FR", "country: [", "not readable as YAML"),
    ],
)
def test_a_calendar_that_does_not_hold_is_told(tmp_path, old, new, said):
    with pytest.raises(VigieError, match="calendar.yml.*") as error:
        calendar_of(tmp_path, (old, new))
    assert said in str(error.value)


# ------------------------------------------------------------------------------------------ what was to be delivered


def test_every_feed_that_is_not_a_referential_says_when_it_delivers():
    without = {feed for feed, contract in read_contracts().items() if contract.table.delivery is None}
    referentials = {feed for feed in without if "referential" in read_contracts()[feed].source}
    assert without - referentials == {"erasure"}


def landed(home: Home, contracts: dict, days: dict[dt.date, list[str]]) -> None:
    for day, rows in days.items():
        deliver(home, "a.csv", lines(*rows), str(day))
    land(home, max(days), contracts=contracts)


def stands(home: Home, contracts: dict, day: dt.date, hour: str):
    [found] = expected(home, at(day, hour), contracts, CALENDAR)
    return found


def row(number: int) -> str:
    return ROW.replace("00ab", f"{number:04x}").replace("2021-02-27", "2021-01-02")


def test_a_feed_is_due_then_late_then_there(home, tmp_path):
    contracts = declared(tmp_path, EVERY_DAY)
    assert stands(home, contracts, WEDNESDAY, "12:00").state == "never"
    landed(home, contracts, {WEDNESDAY: [row(1)]})
    assert stands(home, contracts, WEDNESDAY, "12:00").state == "arrived"
    thursday, friday = WEDNESDAY + dt.timedelta(1), WEDNESDAY + dt.timedelta(2)
    assert stands(home, contracts, thursday, "15:59").state == "due"
    late = stands(home, contracts, thursday, "16:00")
    assert (late.state, late.due, late.last) == ("late", at(thursday, "16:00"), WEDNESDAY)
    assert stands(home, contracts, friday, "09:00").due == at(thursday, "16:00"), "late since the first that was missed"
    deliver(home, "b.csv", "nonsense", str(friday))
    land(home, friday, contracts=contracts)
    refused = stands(home, contracts, friday, "17:00")
    assert (refused.state, refused.refused) == ("late", 1), "a refused file is no delivery"
    landed(home, contracts, {friday: [row(2)]})
    assert stands(home, contracts, friday, "17:00").state == "arrived"


@given(st.data())
def test_what_is_due_is_what_a_look_at_each_day_says(data):
    """Day by day, from the last delivery on, the plain way."""
    from orchestration.day.expected import _first_due

    weekdays = tuple(data.draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1)))
    delivery = Delivery(
        by="16:00", every=data.draw(st.integers(1, 10)), weekdays=weekdays, holidays=data.draw(st.booleans())
    )
    last = dt.date(2021, 5, 1) + dt.timedelta(data.draw(st.integers(0, 30)))
    today = last + dt.timedelta(data.draw(st.integers(0, 30)))
    due = None
    day = last + dt.timedelta(1)
    while day <= today and due is None:
        fits = day.strftime("%A").lower() in weekdays and (
            delivery.holidays or day not in {HOLIDAY, dt.date(2021, 5, 8), dt.date(2021, 5, 24), dt.date(2021, 5, 1)}
        )  # noqa: E501
        if (day - last).days >= delivery.every and fits:
            due = day
        day += dt.timedelta(1)
    assert _first_due(delivery, last, today, CALENDAR) == due


def test_a_thin_day_is_told_and_a_holiday_is_not(home, tmp_path):
    contracts = declared(tmp_path, EVERY_DAY)
    # On the last day little comes.
    rows = {WEDNESDAY - dt.timedelta(back): 12 if back else 2 for back in range(28, -1, -1)}
    numbers = iter(range(1000))
    landed(home, contracts, {day: [row(next(numbers)) for _ in range(count)] for day, count in rows.items()})
    found = stands(home, contracts, WEDNESDAY, "18:00")
    assert found.usual == 12 and found.rows == 2 and found.thin
    assert not stands(home, contracts, WEDNESDAY - dt.timedelta(4), "18:00").thin
    monday = dt.date(2021, 4, 5)
    assert CALENDAR.is_holiday(monday)
    landed(home, contracts, {monday: [row(9000)]})
    assert stands(home, contracts, monday, "18:00").usual is None, "Easter Monday is not judged"


# ------------------------------------------------------------------------------------------------------ the evening


def ran(home: Home, day: dt.date, hour: str, **release: int) -> None:
    """A run that released then."""
    ended = at(day, hour).astimezone(dt.UTC).isoformat()
    facts = {"id": str(day), "datasets": 10, "ok": 10, "held": 0, "partial": 0, "late": 0, "standing": []} | release
    Journal(home.runs).note(
        run_id=f"{day}{hour}", started=ended, ended=ended, state="succeeded", pid=1, today=str(day), as_of=None,
        steps=[], error=None, release=facts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hour", "release", "outcome", "code"),
    [
        ("18:40", {}, "correct", 0),
        ("18:40", {"ok": 8, "late": 2}, "partial", 3),
        ("18:40", {"ok": 8, "partial": 2}, "partial", 3),
        ("18:40", {"ok": 8, "held": 1, "late": 1}, "held", 3),
    ],
)
def test_the_evening_is_one_of_three_outcomes(home, hour, release, outcome, code):
    ran(home, WEDNESDAY, hour, **release)
    found = evening(home, at(WEDNESDAY, "20:00"))
    assert (found["outcome"], found["exit_code"]) == (outcome, code)
    assert len(in_ten_lines(found).splitlines()) <= 10


def test_nothing_is_due_before_its_hour_and_missing_after_it(home):
    ran(home, WEDNESDAY, "18:40")
    thursday = WEDNESDAY + dt.timedelta(1)
    assert evening(home, at(thursday, "18:00"))["outcome"] == "waiting"
    missing = evening(home, at(thursday, "19:01"))
    assert missing["exit_code"] == 1 and "vigie run" in missing["do"]
    assert "the release of 18:30 is missing" in in_ten_lines(missing)


def test_senders_of_which_a_signal_says_that_they_are_silent_are_named(home):
    """By the page, and counted by the ten lines; a feed that is silent as a whole is told among the signals alone."""
    home.database.parent.mkdir(parents=True)
    with duckdb.connect(str(home.database)) as warehouse:
        warehouse.execute(
            "create schema vigie_signals; create view vigie_signals.signals as select * from (values"
            f" ('silence', 'sidep', 'LAB1', date '{SUNDAY}'), ('silence', 'sidep', null, date '{SUNDAY}'),"
            f" ('volume', 'sidep', 'LAB2', date '{SUNDAY}')) as told (signal, feed, sender, first_day),"
            " (select 'rows' as measure, date '2021-03-20' as day, 0 as observed, 40 as expected, 9.1 as score,"
            " 6 as threshold, 'medium' as severity)"
        )
    found = evening(home, at(WEDNESDAY, "20:00"))
    quiet = {each["feed"]: each["quiet"] for each in found["feeds"] if each["quiet"]}
    assert quiet == {"sidep": [{"sender": "LAB1", "since": SUNDAY}]}
    assert "gone quiet: sidep 1" in in_ten_lines(found)
    write_status_page(home)
    assert "LAB1 (depuis le 14\xa0mars\xa02021)" in (home.root / "status.html").read_text()


def test_the_month_counts_evenings_and_outputs(home):
    first = dt.date(2021, 3, 1)
    for n, hour in enumerate(["18:35", "19:20", "18:31", None, "18:59"]):
        if hour:
            ran(home, first + dt.timedelta(n), hour, ok=9, late=1)
    kept = month(list(journals(home)), at(first + dt.timedelta(4), "23:00"), CALENDAR)
    assert (kept.evenings, kept.on_time, kept.outputs, kept.lost) == (5, 3, 40, 4)
    assert kept.evenings_lost == pytest.approx(0.4) and kept.outputs_lost == pytest.approx(0.1)
    earlier = month(list(journals(home)), at(first + dt.timedelta(4), "18:45"), CALENDAR)
    assert earlier.evenings == 4, "an evening counts once its hour has passed"


# ------------------------------------------------------------------------------------------- who takes the files in


@pytest.fixture
def awake(home, monkeypatch) -> Home:
    """A home of the project's own feeds, on a day of which files have come."""
    monkeypatch.setenv("VIGIE_HOME", str(home.root))
    monkeypatch.setenv("VIGIE_NOW", f"{WEDNESDAY}T12:00")
    return home


def ticked(seen: str) -> tuple[list[dg.RunRequest], str]:
    found = sensors.look(Home.from_env(), json.loads(seen))
    if isinstance(found, dg.SkipReason):
        return [], seen
    return list(found.run_requests or []), found.cursor


def test_a_file_asks_for_the_landing_of_its_feed_and_day(awake):
    requests, seen = ticked("{}")
    assert not requests
    deliver(awake, "a.csv", "x", str(WEDNESDAY), "sidep")
    [asked], seen = ticked(seen)
    assert asked.job_name == "landing" and asked.partition_key == str(WEDNESDAY)
    names = {key.to_user_string() for key in asked.asset_selection}
    assert names == {"landing/sidep", "landing/sidep_quarantine", "landing/ledger", "incidents/register"}
    deliver(awake, "b.csv", "x", str(WEDNESDAY - dt.timedelta(1)), "sivic")
    [both], _ = ticked(seen)
    assert both.partition_key is None, "several days are one landing of all of them"
    assert {"landing/sidep", "landing/sivic"} <= {key.to_user_string() for key in both.asset_selection}


def test_what_has_landed_asks_for_a_build_and_then_for_nothing(awake):
    deliver(awake, "a.csv", "x", str(WEDNESDAY), "sidep")
    _, seen = ticked("{}")
    land(awake, WEDNESDAY)
    [asked], seen = ticked(seen)
    assert asked.job_name == "warehouse"
    assert ticked(seen) == ([], seen)


def test_a_build_is_put_off_while_another_feed_is_due_soon(awake, monkeypatch):
    hours = {"sos_medecins": "14:00", "vacsi": "12:45", "contact_covid": "14:30"}
    landed_since: set[str] = set()

    def as_declared(home: Home, now: dt.datetime) -> list[SimpleNamespace]:
        dues = {feed: at(WEDNESDAY, hour) for feed, hour in hours.items() if feed not in landed_since}
        return [SimpleNamespace(state="due" if now < due else "late", due=due) for due in dues.values()]

    monkeypatch.setattr(sensors, "expected", as_declared)
    deliver(awake, "a.csv", "x", str(WEDNESDAY), "sidep")
    _, seen = ticked("{}")
    land(awake, WEDNESDAY)
    requests, seen = ticked(seen)
    assert not requests and json.loads(seen)["put_off"] == at(WEDNESDAY, "14:00").isoformat()
    monkeypatch.setattr(sensors, "pending", pytest.fail)
    assert ticked(seen) == ([], seen), "nothing is looked at until then"
    monkeypatch.undo()
    monkeypatch.setattr(sensors, "expected", as_declared)
    monkeypatch.setenv("VIGIE_HOME", str(awake.root))
    for now, come, builds in (
        ("14:00", {"contact_covid"}, True),
        ("14:00", set(), False),
        ("12:30", {"sos_medecins", "vacsi"}, False),
    ):
        monkeypatch.setenv("VIGIE_NOW", f"{WEDNESDAY}T{now}")
        landed_since = come
        if come and not builds:
            # They landed: the ledger is another one.
            os.utime(awake.lake / "ledger.parquet", ns=(1, 1))
        requests, after = ticked(seen)
        assert [each.job_name for each in requests] == ["warehouse"] * builds
        assert builds or "put_off" in json.loads(after)


def test_a_build_is_asked_for_of_what_is_not_as_it_should_be_alone():
    node = {"resource_type": "model", "fqn": ["vigie", "staging", "sidep", "stg"], "name": "stg"}
    test = {"resource_type": "test", "name": "stg_unique", "attached_node": "model.stg"}
    gate = SimpleNamespace(stale={"model.stg"}, unsettled=["test.stg", "test.other"])
    manifest = {"nodes": {"model.stg": node, "test.stg": test, "test.other": {"name": "other"}}}
    asked = sensors.build(gate, manifest)
    key = dg.AssetKey(["staging", "stg"])
    assert (asked.asset_selection, asked.asset_check_keys) == ([key], [dg.AssetCheckKey(key, "stg_unique")])
    assert AS_NEEDED in asked.tags
    # Where a check alone is left, all is asked for: nothing else would be of it.
    assert sensors.build(SimpleNamespace(stale=set(), unsettled=["test.stg"]), manifest).asset_selection is None


def test_a_file_that_is_still_written_is_looked_at_again(awake):
    path = deliver(awake, "a.csv.part", "x", str(WEDNESDAY), "sidep")
    requests, seen = ticked("{}")
    assert not requests and not json.loads(seen)["waits"]
    path.rename(path.with_suffix(""))
    [asked], _ = ticked(seen)
    assert asked.job_name == "landing"


def test_a_tick_with_nothing_new_looks_at_no_file_and_costs_next_to_nothing(awake, monkeypatch):
    """In a home where every feed has sixty days: no file is looked at, though one of a day to come waits there."""
    for feed in read_contracts():
        for back in range(60):
            deliver(awake, "a.csv", "x", str(WEDNESDAY - dt.timedelta(back)), feed)
    deliver(awake, "b.csv", "x", str(WEDNESDAY + dt.timedelta(1)), "sidep")
    monkeypatch.setattr(sensors, "pending", lambda *_: [])
    _, seen = ticked("{}")
    looked: list[object] = []
    for name in ("pending", "waiting"):
        monkeypatch.setattr(sensors, name, lambda home, day: looked.append(day) or [])
    sensor = sensors.deliveries_sensor(JOBS, CALENDAR)
    with dg.DagsterInstance.ephemeral() as instance, dg.build_sensor_context(instance, cursor=seen) as context:
        began = time.process_time()
        assert isinstance(sensor(context), dg.SkipReason)
        cost = time.process_time() - began
    assert not looked and cost <= 0.5, "a second at most is promised"
    monkeypatch.setenv("VIGIE_NOW", f"{WEDNESDAY + dt.timedelta(1)}T00:01")
    ticked(seen)
    assert looked, "on the next day what waited may land"


def test_between_cut_off_and_release_nothing_is_taken_in(awake, monkeypatch):
    deliver(awake, "a.csv", "x", str(WEDNESDAY), "sidep")
    sensor = sensors.deliveries_sensor(JOBS, CALENDAR)

    def tick(hour: str) -> bool:
        monkeypatch.setenv("VIGIE_NOW", f"{WEDNESDAY}T{hour}")
        with dg.instance_for_test() as instance, dg.build_sensor_context(instance) as context:
            return bool(getattr(sensor(context), "run_requests", None))

    assert [tick(hour) for hour in ("17:29", "17:30", "18:29", "18:30")] == [True, False, False, True]


def test_a_run_of_a_day_speaks_for_its_end_or_for_now():
    now = at(WEDNESDAY, "10:00")
    assert moment_of(WEDNESDAY, now) == now
    assert moment_of(SUNDAY, now) == dt.datetime(2021, 3, 14, 23, 59, tzinfo=ZONE)


@pytest.mark.parametrize(("command", "tries"), [("", 2), ("vigie run", 1)])
def test_a_full_disk_that_is_freed_heals_by_itself_where_nobody_looks(home, monkeypatch, command, tries):
    monkeypatch.setenv("VIGIE_HOME", str(home.root))
    monkeypatch.setattr(run, "PAUSE", 0)
    tried = []

    @dg.asset
    def landing(run: run.Run) -> None:
        with run.step("Landing"):
            tried.append(1)
            if len(tried) == 1:
                raise OSError(errno.ENOSPC, "No space left on device")

    tags = {run.COMMAND: command} if command else {}
    done = dg.materialize([landing], resources={"run": run.Run(today="2021-03-10")}, tags=tags, raise_on_error=False)
    [journal] = journals(home)
    assert len(tried) == tries and done.success == (tries == 2)
    assert (journal["state"], journal["error"] is None) == (("succeeded", True) if done.success else ("failed", False))
    assert [step["name"] for step in journal["steps"]] == ["Landing"], "a try that failed is forgotten"


def test_the_page_of_the_house_is_its_users_alone(home):
    """It names senders and files."""
    ran(home, WEDNESDAY, "18:40")
    before = os.umask(0o022)
    try:
        write_status_page(home)
    finally:
        os.umask(before)
    page = home.root / "status.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600 and not list(home.root.glob("releases/**/status.html"))
