"""The dbt models as Dagster assets, and their tests as checks of these assets."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliEventMessage, DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets

from orchestration import progress
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import has_retired, prepare_lake, resume
from orchestration.run import Run
from orchestration.warehouse.counting import counted_otherwise, counting_version, forget_version, note_version
from orchestration.warehouse.project import dbt_environment, target
from orchestration.warehouse.results import Outcome, read_outcome
from orchestration.warehouse.translator import Translator


def warehouse_assets(manifest: Mapping[str, Any], project: DbtProject, translator: Translator) -> dg.AssetsDefinition:
    """Every seed and model, built by one call of dbt together with its tests."""

    @dbt_assets(manifest=manifest, project=project, dagster_dbt_translator=translator, name="build", pool="duckdb")
    def build(context: dg.AssetExecutionContext, dbt: DbtCliResource, run: Run) -> Iterator[Any]:
        """Run `dbt build`; a failing test of severity error stops what is downstream of it, and the run."""
        home = run.home
        home.warehouse.mkdir(parents=True, exist_ok=True)
        with run.step("Warehouse"), dbt_environment(home):
            prepare_lake(Home.from_env())
            resume(Home.from_env())
            version = counting_version(manifest)
            otherwise = counted_otherwise(home.warehouse, version)
            if otherwise:
                progress.line("  The rules of counting have changed: every table is made again from the lake.")
            if run.as_of or run.rebuild or otherwise:
                refuse_if_retired(Home.from_env(), run, otherwise)
                # Until the end of this run the warehouse is neither what it was nor what it will be.
                forget_version(home.warehouse)
            arguments = build_arguments(run.as_of, run.rebuild or otherwise)
            invocation = dbt.cli(arguments, context=context, target_path=target(home), raise_on_error=False)
            yield from events(invocation, context, translator, project)
            conclude(run, invocation)
            note_version(home.warehouse, version)

    return build


def refuse_if_retired(home: Home, run: Run, otherwise: bool) -> None:
    """Raise VigieError when everything would be counted anew from rows of which some are kept no longer."""
    if has_retired(home):
        why = "The rules of counting have changed" if otherwise else "This asks for counting from the beginning"
        raise VigieError(
            f"{why}, but rows have been removed after the retention of their feed: their counts would be lost. "
            f"{'Go back to the rules that the warehouse was counted by' if otherwise else 'Run without it'}, or start "
            "in another VIGIE_HOME with all the deliveries and a longer retention."
        )


def build_arguments(as_of: str, rebuild: bool) -> list[str]:
    """The arguments of dbt for a run; looking back is a rebuild that sees no later delivery."""
    # Unit tests say nothing about the data; `make test` runs them.
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    if as_of or rebuild:
        arguments.append("--full-refresh")
    if as_of:
        arguments += ["--vars", json.dumps({"as_of": dt.date.fromisoformat(as_of).isoformat()})]
    return arguments


def events(
    invocation: DbtCliInvocation, context: dg.AssetExecutionContext, translator: Translator, project: DbtProject
) -> Iterator[Any]:
    """The events of dbt as Dagster events, shown on the way."""
    total = done = 0
    for message in invocation.stream_raw_events():
        name, data = message.raw_event["info"]["name"], message.raw_event["data"]
        if name == "LogStartLine":
            total = data.get("total", total)
            progress.now(f"Warehouse: {data.get('index', done)} of {total}, {data['node_info']['node_name']}")
        elif name in ("LogModelResult", "LogSeedResult", "LogTestResult"):
            done += 1
            show(message, done, total)
        unique_id = (data.get("node_info") or {}).get("unique_id", "")
        if unique_id.split(".")[0] in ("model", "seed", "test") and unique_id not in invocation.manifest["nodes"]:
            raise VigieError(
                f"The dbt project has changed since this run began ({unique_id} is new). Start again; "
                "in the UI, reload the definitions first."
            )
        yield from message.to_default_asset_events(
            manifest=invocation.manifest,
            dagster_dbt_translator=translator,
            context=context,
            target_path=invocation.target_path,
            project=project,
        )


def show(message: DbtCliEventMessage, done: int, total: int) -> None:
    """A line for what was slow or went wrong."""
    data = message.raw_event["data"]
    node, duration = data["node_info"]["node_name"], data.get("execution_time") or 0
    status = str(data.get("status", "")).lower()
    if status in ("error", "fail", "warn"):
        progress.line(f"  [{done}/{total}] {node}: {status}")
    elif duration >= progress.SLOW:
        progress.line(f"  [{done}/{total}] {node}: {progress.seconds(duration)}")


def conclude(run: Run, invocation: DbtCliInvocation) -> None:
    """Note the results in the journal; raises VigieError when something that blocks has failed."""
    try:
        outcome = read_outcome(invocation.target_path)
    except FileNotFoundError:
        outcome = None
    if outcome:
        run.journal.note(checks=outcome.facts())
    if invocation.is_successful():
        return
    if not outcome or not outcome.blocking:
        log = invocation.target_path / "dbt.log"
        raise VigieError(f"dbt stopped without results. Its log is {log}.\n{invocation.get_error() or ''}")
    raise VigieError(blocked(outcome))


def blocked(outcome: Outcome) -> str:
    """What failed and why, for a person."""
    reasons = "\n".join(f"  - {failure.sentence()}" for failure in outcome.blocking)
    return (
        f"{len(outcome.blocking)} blocking failure(s) in the warehouse: nothing is released, the last release stays "
        f"in place.\n{reasons}\nMend the cause (a delivery, a model), then run again. If only the warehouse is "
        "damaged, `vigie build --rebuild` makes it again from the lake."
    )
