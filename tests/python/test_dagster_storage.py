"""What Vigie does to the files in which Dagster keeps its events: it opens them once a run, and loses nothing."""

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from orchestration.execution import _engines_kept, prepare_dagster_home
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

    with dg.DagsterInstance.get() as instance, _engines_kept():
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
    # They are closed, so that SQLite has brought its log back into the file, and nobody else's engines are kept.
    assert not [*home.dagster.rglob("*-wal")] and sqlite_event_log.create_engine is create_engine
    with dg.DagsterInstance.get() as instance:
        assert set(instance.all_asset_keys()) == set(keys)
        assert all(instance.get_latest_materialization_event(key) for key in keys)
