"""The files in which Dagster keeps the events of a desk: opened once a run, few at a time, and losing nothing."""

import dagster as dg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from orchestration.dagster_files import FILES, KeptEventLog
from orchestration.execution import DAGSTER_YAML, IN_FILES, prepare_dagster_home
from orchestration.home import Home

ASSETS = 30


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    prepare_dagster_home(Home(tmp_path))
    return Home(tmp_path)


def run_of_many_assets() -> list[dg.AssetKey]:
    """Materialize some assets in the Dagster home of the environment; their keys."""
    specs = [dg.AssetSpec(f"asset_{number}") for number in range(ASSETS)]

    @dg.multi_asset(specs=specs)
    def many():
        for spec in specs:
            yield dg.MaterializeResult(asset_key=spec.key)

    with dg.DagsterInstance.get() as instance:
        assert dg.materialize([many], instance=instance).success
    return [spec.key for spec in specs]


def test_a_run_opens_few_connections_and_leaves_every_event(home):
    # The first one makes the files.
    run_of_many_assets()
    opened: list[object] = []
    event.listen(Engine, "connect", count := lambda connection, record: opened.append(connection))
    try:
        keys = run_of_many_assets()
    finally:
        event.remove(Engine, "connect", count)
    assert len(opened) < ASSETS
    # They are closed, so that SQLite has brought its log back into the file.
    assert not [*(home.dagster / "history" / "runs").glob("*-wal")]
    with dg.DagsterInstance.get() as instance:
        assert set(instance.all_asset_keys()) == set(keys)
        assert all(instance.get_latest_materialization_event(key) for key in keys)


def test_of_many_runs_few_files_are_open_and_all_are_read(home):
    runs = [dg.DagsterRun(job_name="many", run_id=f"{number:08}-0000-4000-8000-000000000000") for number in range(6)]
    with dg.DagsterInstance.get() as instance:
        log = instance.event_log_storage
        assert isinstance(log, KeptEventLog)
        for run in runs * 2:
            instance.report_engine_event(run.run_id[:8], run)
        assert len(log._kept) == FILES
        told = [[record.message for record in instance.all_logs(run.run_id)] for run in runs]
    assert [len(each) for each in told] == [2] * len(runs)
    assert all(run.run_id[:8] in text for run, texts in zip(runs, told, strict=True) for text in texts)


@pytest.mark.parametrize("earlier", [DAGSTER_YAML, DAGSTER_YAML.replace("90", "30"), "# Nothing is set.\n"])
def test_a_home_of_an_earlier_version_gets_the_event_log_and_keeps_what_it_says(home, earlier):
    settings = home.dagster / "dagster.yaml"
    settings.write_text(earlier)
    prepare_dagster_home(home)
    prepare_dagster_home(home)
    assert settings.read_text() == earlier + IN_FILES
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, KeptEventLog)


@pytest.mark.parametrize("own", ["storage: {sqlite: {base_dir: elsewhere}}\n", IN_FILES.replace("Kept", "Their")])
def test_a_home_that_says_where_its_records_are_is_left(home, own):
    settings = home.dagster / "dagster.yaml"
    settings.write_text(changed := DAGSTER_YAML + own)
    prepare_dagster_home(home)
    assert settings.read_text() == changed
