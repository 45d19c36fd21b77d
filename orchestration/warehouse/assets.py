"""The dbt models as Dagster assets, and their tests as checks of these assets."""

import subprocess
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import dagster as dg
import duckdb
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION as NO_EVENT
from dagster_dbt import DbtCliEventMessage, DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets

from orchestration import progress
from orchestration.cost import in_words
from orchestration.errors import VigieError
from orchestration.gate import (
    SETTLED,
    Gate,
    Plan,
    clear_results,
    forget,
    note,
    prepare,
    read_gate,
    read_graph,
    run_results,
)
from orchestration.gate.contents import note_contents
from orchestration.gate.plan import COUNT_ELSEWHERE
from orchestration.home import Home
from orchestration.landing import has_retired, prepare_lake, resume
from orchestration.run import Run
from orchestration.warehouse.building import build_arguments, changed, stamped_with
from orchestration.warehouse.keys import AS_NEEDED, asset_key, tested_key
from orchestration.warehouse.project import changed_since_parsed, dbt_environment, target
from orchestration.warehouse.results import checks_of, gate_of, held_in_words
from orchestration.warehouse.translator import Translator

#: Seconds that dbt has to end by itself.
SECONDS_TO_END = 20


def warehouse_assets(manifest: Mapping[str, Any], project: DbtProject, translator: Translator) -> dg.AssetsDefinition:
    """Every seed and model, built by one call of dbt together with its tests."""
    keys = {asset_key(node): i for i, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")}

    @dbt_assets(manifest=manifest, project=project, dagster_dbt_translator=translator, name="build", pool="duckdb")
    def build(context: dg.AssetExecutionContext, dbt: DbtCliResource, run: Run) -> Iterator[Any]:
        """Build and check what is not at its present state.

        A failing test of severity error stops what is downstream of it and holds the outputs that it is about; the run
        goes on.
        """
        home = run.home
        home.warehouse.mkdir(parents=True, exist_ok=True)
        with run.step("Warehouse"), dbt_environment(home):
            prepare_lake(Home.from_env())
            resume(Home.from_env())
            refuse_if_retired(Home.from_env(), run)
            todo, token = planned(run, selection(context, keys, manifest), forced=AS_NEEDED not in context.run.tags)
            found: list[Any] = []
            if not todo.empty:
                clear_results(target(home))
                with stamped_with(token):
                    arguments = build_arguments(run.as_of, todo, manifest)
                    invocation = dbt.cli(
                        arguments,
                        manifest=manifest,
                        dagster_dbt_translator=translator,
                        target_path=target(home),
                        raise_on_error=False,
                    )
                    with ended_with_its_reader(home, todo, invocation):
                        found = [
                            versioned(e, context, keys, todo) for e in events(invocation, context, translator, project)
                        ]
                note_what_came_of_it(home, todo, invocation)
            with duckdb.connect(str(home.database), read_only=True) as connection:
                gate = read_gate(home, manifest, connection, run.day if run.as_of else None)
            conclude(run, gate, todo)
            told = {subject(event, context) for event in found}
            found += unchanged(context, keys, manifest, gate, told)
            yield from in_order(found, context, keys, gate)

    return build


def refuse_if_retired(home: Home, run: Run) -> None:
    """Raise VigieError when a past day would be counted anew from rows of which some are kept no longer."""
    if run.as_of and has_retired(home):
        raise VigieError(
            "This asks for counting from the beginning, but rows have been removed after the retention of their feed: "
            f"their counts would be lost. {COUNT_ELSEWHERE}."
        )


def selection(
    context: dg.AssetExecutionContext,
    keys: Mapping[dg.AssetKey, str],
    manifest: Mapping[str, Any],
) -> Collection[str] | None:
    """The nodes and tests that were asked for, by unique id; None when all were."""
    asked = context.selected_asset_keys
    if asked >= keys.keys():
        return None
    checks = {(key.asset_key, key.name) for key in context.selected_asset_check_keys}
    tests = {
        i
        for i, node in manifest["nodes"].items()
        if node["resource_type"] == "test" and (tested_key(node, manifest), node["name"]) in checks
    }
    return tests | {i for key, i in keys.items() if key in asked}


def planned(run: Run, selected: Collection[str] | None, forced: bool = True) -> tuple[Plan, str]:
    """What is to be done, and the token under which it is written down; said on the way. What is `selected` is made
    again even when it is at its present state, if `forced`."""
    token = uuid.uuid4().hex
    graph = read_graph(run.home)
    todo = prepare(
        run.home,
        graph,
        token,
        day=run.day,
        as_of=run.day if run.as_of else None,
        # Looking back sees no later delivery, and every erasure since.
        rebuild=run.rebuild or bool(run.as_of),
        selected=selected,
        forced=forced,
    )
    if todo.empty:
        progress.line("  Nothing to build: all is at its present state.")
    for theme in todo.refreshed:
        feeds = ", ".join(sorted(graph.feeds_of_theme(theme)))
        progress.line(f"  What was counted of {feeds} is made again from the lake.")
    for theme in todo.kept:
        feeds = ", ".join(sorted(graph.feeds_of_theme(theme)))
        progress.line(
            f"  What was counted of {feeds} stays as it is: rows that it rests on are kept no longer. "
            f"{COUNT_ELSEWHERE}."
        )
    if todo.forward:
        names = ", ".join(sorted(graph.nodes[i].name for i in todo.forward))
        progress.line(f"  The rules of counting have changed: {names} go on by the new ones from {run.day} on.")
    for i, why in sorted(todo.waiting.items()):
        progress.line(f"  {graph.nodes[i].name} is left as it is: {why}.")
    run.journal.note(
        forward=sorted(graph.nodes[i].name for i in todo.forward),
        waiting={graph.nodes[i].name: why for i, why in todo.waiting.items()},
    )
    return todo, token


@contextmanager
def ended_with_its_reader(home: Home, todo: Plan, invocation: DbtCliInvocation) -> Iterator[None]:
    """End dbt when what it says cannot be read on: it would go on to write and to stamp when the run has failed.

    What it has stamped is not relied on when the project is no longer what the stamps are of.
    """
    try:
        yield
    except BaseException as error:
        process = invocation.process
        process.terminate()
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if isinstance(error, VigieError) or changed_since_parsed(Home(home.root)):
            forget(home, todo)
        raise


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
            raise changed(unique_id)
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
        progress.line(f"  [{done}/{total}] {node}: {in_words(duration)}")


def subject(event: Any, context: dg.AssetExecutionContext) -> dg.AssetKey | dg.AssetCheckKey | None:
    """The asset or the check that an event is about."""
    match event:
        case dg.Output():
            return context.asset_key_for_output(event.output_name)
        case dg.AssetCheckResult():
            return dg.AssetCheckKey(event.asset_key, event.check_name)
    return None


def in_order(
    found: Iterable[Any], context: dg.AssetExecutionContext, keys: Mapping[dg.AssetKey, str], gate: Gate
) -> list[Any]:
    """Events with those of assets first, parents before children: Dagster takes them in no other order.

    What was built and what was left as it is stand in one order, so that nothing can be told before dbt has ended.
    """
    rank = {node: number for number, node in enumerate(gate.graph.order)}

    def place(event: Any) -> int:
        match event:
            case dg.Output():
                return rank[keys[context.asset_key_for_output(event.output_name)]]
            case dg.MaterializeResult():
                return rank[keys[event.asset_key]]
        return len(rank)

    return sorted(found, key=place)


def versioned(event: Any, context: dg.AssetExecutionContext, keys: Mapping[dg.AssetKey, str], todo: Plan) -> Any:
    """The event of an asset with the fingerprint of its data as its version."""
    if not isinstance(event, dg.Output):
        return event
    expected = todo.expected.get(keys[context.asset_key_for_output(event.output_name)])
    if expected is None or expected.stamp.data is None:
        return event
    version = dg.DataVersion(expected.stamp.data)
    return dg.Output(event.value, event.output_name, metadata=event.metadata, data_version=version)


def note_what_came_of_it(home: Home, todo: Plan, invocation: DbtCliInvocation) -> None:
    """Keep the results of this call of dbt and of no other.

    Raises VigieError when dbt left none, or when the project changed meanwhile, so that what was built is not surely of
    the definitions that it was stamped with.
    """
    if changed_since_parsed(Home(home.root)):
        forget(home, todo)
        raise VigieError("The dbt project has changed during this run. Start again: what was built is made anew.")
    results = run_results(invocation.target_path)
    if results is None:
        log = invocation.target_path / "dbt.log"
        raise VigieError(f"dbt stopped without results. Its log is {log}.")
    note(home, read_graph(home), todo, results)


def conclude(run: Run, gate: Gate, todo: Plan) -> None:
    """Note what stands for the deep check, and checks and verdicts in the journal; say what is held."""
    if not run.as_of:
        # Also when something waits: the rest is what was made, and else the deep check would call it altered.
        note_contents(run.home, gate)
    facts = gate_of(gate)
    run.journal.note(checks=checks_of(gate, len(todo.expected)), gate=facts)
    for line in held_in_words(facts):
        progress.line(f"  {line}")


def unchanged(
    context: dg.AssetExecutionContext,
    keys: Mapping[dg.AssetKey, str],
    manifest: Mapping[str, Any],
    gate: Gate,
    told: Collection[Any],
) -> Iterator[Any]:
    """What Dagster is told of the assets and checks that dbt did not have to run.

    An asset at its present state is materialized at the same version. One that is not gets an output of which no event
    is kept: it is no materialization, and what comes after it decides for itself by the gate.
    """
    for key in context.selected_asset_keys - set(told):
        if keys[key] in gate.stale:
            name = context.assets_def.get_output_name_for_asset_key(key)
            yield dg.Output(None, name, metadata={NO_EVENT: True})
        else:
            yield dg.MaterializeResult(
                asset_key=key, data_version=dg.DataVersion(gate.data(keys[key])), metadata={"unchanged": True}
            )
    for test, result in gate.checks.items():
        node = manifest["nodes"].get(test)
        asset = tested_key(node, manifest) if node else None
        key = dg.AssetCheckKey(asset, node["name"]) if node and asset else None
        if result and key in context.selected_asset_check_keys - set(told):
            warns = result.status == "warn" or gate.graph.nodes[test].severity != "error"
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=result.status in SETTLED and result.status != "warn",
                severity=dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR,
                metadata={"unchanged": True},
            )
