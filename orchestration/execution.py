"""Running the assets from the command line: the same job that the UI runs, in this process."""

import datetime as dt
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

import dagster as dg
import yaml

from orchestration import progress
from orchestration.cost import Meter
from orchestration.errors import VigieError
from orchestration.gate import open_gate
from orchestration.home import Home
from orchestration.journal import journals
from orchestration.landing import pending
from orchestration.landing.rekeying import forget_words
from orchestration.run import COMMAND, begun
from orchestration.storage import write_whole

PREPARING = "Preparing"
DAGSTER_YAML = """\
# Written by Vigie, once; yours to change.
telemetry: {enabled: false}
nux: {enabled: false}
concurrency:
  pools: {granularity: run, default_limit: 1}
# On a busy machine the project takes its time to be read.
code_servers: {local_startup_timeout: 900}
# A run whose process was killed is told so.
run_monitoring: {enabled: true}
retention:
  schedule: {purge_after_days: 90}
  sensor: {purge_after_days: {skipped: 2, failure: 90, success: 90}}
"""
#: The address of a PostgreSQL server that Dagster keeps its records in, postgresql+psycopg2://user:password@host/database.
POSTGRES = "VIGIE_POSTGRES_URL"
#: The address stays in the environment: it holds a password.
ON_A_SERVER = f"""\
storage:
  postgres:
    postgres_url: {{env: {POSTGRES}}}
"""
#: The keys of Dagster's settings by which a home says where the records are.
STORAGES = {"storage", "event_log_storage", "run_storage", "schedule_storage"}
#: Where there is no server.
IN_FILES = """\
event_log_storage:
  module: orchestration.dagster_files
  class: KeptEventLog
  config: {base_dir: {env: DAGSTER_HOME}}
run_storage:
  module: orchestration.dagster_files
  class: KeptRuns
  config: {base_dir: {env: DAGSTER_HOME}}
"""


def prepare_dagster_home(home: Home) -> None:
    """Make DAGSTER_HOME, with no telemetry and one run at a time, and tell this process where it is.

    What versions without a secret said there goes first.
    """
    forget_words(home)
    home.dagster.mkdir(parents=True, exist_ok=True)
    settings = home.dagster / "dagster.yaml"
    written = settings.read_text(encoding="utf-8") if settings.exists() else DAGSTER_YAML
    # Earlier versions wrote nothing of it for a desk: then it is added to what stands there, changed or not.
    if not STORAGES & (yaml.safe_load(written) or {}).keys():
        write_whole(settings, f"{written.rstrip()}\n{ON_A_SERVER if os.environ.get(POSTGRES) else IN_FILES}")
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["VIGIE_HOME"] = str(home.root)


def execute(
    home: Home,
    command: str,
    parts: Sequence[str] | None,
    config: Mapping[str, Any],
    meter: Meter,
    recorded: bool = True,
) -> dict[str, Any]:
    """Run the daily job with the configuration of `Run`, or only some of its parts; its journal.

    The parts are `landing`, `build` and `release`, which has the upkeep and the register of
    incidents after it.

    `command` is what the user typed; the UI shows it as a tag of the run. `meter` began when the command did: reading
    Dagster is a part of what a run costs.

    A run that looks back is not `recorded`: it must not make the assets of today look fresh. Where nothing has come and
    nothing is to be built, the build is left out: hundreds of assets would each be told to be as they were. So are the
    steps that Dagster makes of each dataset, which the release tells then by itself.
    """
    with progress.step(PREPARING, meter):
        prepare_dagster_home(home)
        # Not at the top: reading Dagster and the project takes seconds, and someone is watching.
        from orchestration.definitions import build_definitions

        at_rest = parts is None and _is_at_rest(home, dt.date.fromisoformat(config["today"]))
        definitions = build_definitions(home, at_rest)
    begun(meter, PREPARING)
    instance = dg.DagsterInstance.get() if recorded else dg.DagsterInstance.ephemeral()
    with instance:

        def run(
            definitions: dg.Definitions, keys: Sequence[dg.AssetKey] | None
        ) -> tuple[dg.ExecuteInProcessResult, Mapping[str, Any] | None]:
            result = definitions.resolve_job_def("daily").execute_in_process(
                instance=instance,
                run_config={"resources": {"run": {"config": dict(config)}}},
                asset_selection=keys,
                tags={COMMAND: command},
                raise_on_error=False,
            )
            return result, next((j for j in journals(home) if j["run_id"] == result.run_id), None)

        result, journal = run(definitions, _at_rest(definitions) if at_rest else _keys(definitions, parts))
        if at_rest and journal and (journal.get("landing") or {}).get("files"):
            # A file came between the look at the folder and the landing.
            result, journal = run(build_definitions(home), None)
    if journal is None:
        raise VigieError(f"The run did not start; the log is {home.dagster / 'last_run.log'}.")
    if not result.success and journal["state"] == "succeeded":
        return {**journal, "state": "failed"}
    return dict(journal)


def _is_at_rest(home: Home, day: dt.date) -> bool:
    """Whether nothing has come and nothing is to be built."""
    return home.database.is_file() and open_gate(home).at_rest and not pending(home, day)


def _keys(definitions: dg.Definitions, parts: Sequence[str] | None) -> list[dg.AssetKey] | None:
    if parts is None:
        return None
    parts_of = {
        "land": "landing",
        "build": "build",
        **dict.fromkeys(("gate", "release", "upkeep", "incidents"), "release"),
    }
    return [
        key
        for asset in definitions.assets or []
        if isinstance(asset, dg.AssetsDefinition) and parts_of.get(asset.op.name) in parts
        for key in asset.keys
    ]


def _at_rest(definitions: dg.Definitions) -> list[dg.AssetKey]:
    """What is made in a run at rest: all but the warehouse, and the datasets, which stay as they are."""
    from orchestration.assets.release import is_dataset

    return [key for key in _keys(definitions, ["landing", "release"]) or [] if not is_dataset(key)]


@contextmanager
def quiet(home: Home, debug: bool) -> Iterator[TextIO]:
    """Send what Dagster and dbt write on the terminal to a file; gives the true terminal for what a person reads.

    The file descriptors are moved, not only `sys.stdout`, since child processes write too.
    """
    terminal = os.fdopen(os.dup(2), "w", buffering=1)
    if debug:
        yield terminal
        return
    home.dagster.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [(descriptor, os.dup(descriptor)) for descriptor in (1, 2)]
    with open(home.dagster / "last_run.log", "w") as log:
        for descriptor, _ in saved:
            os.dup2(log.fileno(), descriptor)
        try:
            yield terminal
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for descriptor, copy in saved:
                os.dup2(copy, descriptor)
                os.close(copy)
