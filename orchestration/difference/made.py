"""What one tree makes of the lake: its warehouse, and the files that a release of it would publish.

These steps run by the code of the tree that they are about, in processes of their own: the tree of the base builds and
publishes as it did before the change, guards included, whatever the change does to the code.
"""

import datetime as dt
import hashlib
import os
import re
import subprocess
import uuid
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb

from orchestration.cost import Meter
from orchestration.errors import VigieError
from orchestration.gate import Gate, Plan, clear_results, note, prepare, read_gate, run_results
from orchestration.gate.definitions import definitions_path, parse, read
from orchestration.gate.fingerprints import Graph
from orchestration.home import PROJECT, Home
from orchestration.landing import partial_feeds
from orchestration.release import archive, disclosure, latest_release, read_declarations
from orchestration.release.build import open_warehouse
from orchestration.release.declarations import Declarations
from orchestration.release.files import FOLDER, LastGood, last_good
from orchestration.release.methods import last_figures, page_of, told_of, write_methods
from orchestration.release.open_data import Dataset, datasets, refused_with, signature, write_datasets
from orchestration.release.standing import settle
from orchestration.warehouse.building import build_arguments, stamped_with
from orchestration.warehouse.project import DBT, manifest_at

#: The module of the release from which all that decides the bytes of a figure is imported.
WRITER = "open_data"
IMPORTED = re.compile(r"^from orchestration\.release(?:\.(\w+))? import (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """Where a tree works: the home whose lake it reads, the folder of its warehouse (`edge`), that of dbt's artifacts
    (`target`), and the one that it writes its files into."""

    root: Path
    edge: Path
    target: Path
    folder: Path

    @property
    def home(self) -> Home:
        """The lake and the releases of the home with a warehouse apart."""
        return Home(self.root, self.edge)

    @property
    def manifest(self) -> Path:
        """dbt's manifest of the tree."""
        return self.target / "manifest.json"


def parsed(place: Place) -> dict[str, Any]:
    """Parse the project of this tree, and look at what it declares; what that cost. Raises VigieError with dbt's own
    message when it does not parse, or the release's when it declares what may not be published."""
    meter = Meter()
    with redirect_stdout(StringIO()) as said:
        failed = parse(place.home, place.target)
    if failed:
        raise VigieError(said.getvalue().strip())
    read_declarations(place.manifest)
    return {"cost": asdict(meter.read())}


def make(place: Place, day: dt.date) -> dict[str, Any]:
    """Bring the warehouse of the place to the state of this tree, which has been parsed, building what differs and no
    more; what stands then.

    Gives by dataset how it would be published, by check its answer, what was built and what it cost.
    """
    meter = Meter()
    graph, manifest = Graph(read(definitions_path(place.target))), manifest_at(place.manifest)
    declarations = read_declarations(place.manifest)
    todo = _build(place, graph, manifest, day)
    with duckdb.connect(str(place.home.database), read_only=True) as connection:
        gate = read_gate(place.home, manifest, connection, graph=graph)
    names = {i: graph.nodes[i].name for i in graph.order}
    return {
        "datasets": {d.name: _declared(declarations, d, gate) for d in datasets(declarations)},
        "told": {i.name: told_of(declarations, i) for i in declarations.indicators},
        "checks": {names[test]: _answer(gate, test) for test in graph.tests},
        "built": sorted(names[i] for i in todo.expected),
        "tested": sorted(names[i] for i in todo.tests),
        "from_the_beginning": [sorted(graph.feeds_of_theme(theme)) for theme in todo.refreshed],
        "forward": sorted(names[i] for i in todo.forward),
        "waiting": {names[i]: why for i, why in todo.waiting.items()},
        "writer": _code_of(_writer()),
        "landing": _code_of([*(PROJECT / "orchestration" / "landing").glob("*.py"), *_contracts()]),
        "beside": _beside(),
        "packages": _code_of([PROJECT / "uv.lock"]),
        "cost": asdict(meter.read()),
    }


def write(place: Place, day: dt.date, names: Iterable[str], pages: Iterable[str]) -> dict[str, Any]:
    """Write the datasets `names` as a release of `day` would, all their months, into the folder of the place; by
    dataset what was written and how it stands. Of the indicators `pages` the page of method is written too.

    The last release of the home decides what is kept of classes that are told once and of what is held; nothing else is
    taken from it, so that what is written costs what it costs.
    """
    manifest, names = manifest_at(place.manifest), set(names)
    declarations = Declarations(manifest)
    everything = datasets(declarations)
    found = [dataset for dataset in everything if dataset.name in names]
    place.folder.mkdir(parents=True)
    with open_warehouse(place.home) as connection:
        graph = Graph(read(definitions_path(place.target)))
        gate = read_gate(place.home, manifest, connection, graph=graph)
        before, meter = _before(place), Meter()
        write_datasets(connection, declarations, found, gate.verdicts, place.folder, before)
        cost = meter.read()
        settle(found, gate.verdicts, partial_feeds(Home(place.root), day), before.datasets, day)
        _write_pages(place, declarations, found, set(pages), connection, day)
    return {
        "datasets": {dataset.name: _written(dataset) for dataset in found},
        "held_with": _held_with(everything, found),
        "cost": asdict(cost),
    }


def examine(place: Place, names: Iterable[str]) -> dict[str, str]:
    """What the guards of this tree refuse of the files and declarations of another one, at its place: by dataset why.
    What is wrong with the declarations as a whole is said under an empty name."""
    declarations, refused = Declarations(manifest_at(place.manifest)), {}
    try:
        declarations.validate()
    except VigieError as error:
        refused[""] = str(error)
    with open_warehouse(place.home) as connection:
        for dataset in datasets(declarations):
            files = sorted(map(str, (place.folder / FOLDER).glob(f"{dataset.name}/*.parquet")))
            files += map(str, (place.folder / FOLDER).glob(f"{dataset.name}.parquet"))
            if dataset.name not in set(names) or not files:
                continue
            connection.execute("create or replace temp table file as from read_parquet(?)", [files])
            dataset.columns = [tuple(row[:2]) for row in connection.execute("describe temp.file").fetchall()]
            try:
                disclosure.refuse_dataset(connection, declarations, dataset)
            except VigieError as error:
                refused[dataset.name] = str(error)
    return refused


def _build(place: Place, graph: Graph, manifest: Mapping[str, Any], day: dt.date) -> Plan:
    token = uuid.uuid4().hex
    todo = prepare(place.home, graph, token, day=day)
    if todo.empty:
        return todo
    clear_results(place.target)
    with stamped_with(token):
        done = subprocess.run(
            [str(DBT), "--quiet", *build_arguments("", todo, manifest)],
            cwd=PROJECT,
            text=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
        )
    results = run_results(place.target)
    if results is None:
        raise VigieError(f"dbt stopped without results.\n{done.stdout.strip() or done.stderr.strip()}")
    note(place.home, graph, todo, results)
    return todo


def _before(place: Place) -> LastGood:
    """The last release of the home, without what would let a file be linked instead of made."""
    home = Home(place.root)
    previous = latest_release(home.releases)
    return replace(
        last_good(previous, archive.read(home, previous.name if previous else None)), signatures={}, series={}
    )


def _declared(declarations: Declarations, dataset: Dataset, gate: Gate) -> dict[str, Any]:
    """A dataset before it is written; one of the same `signature` has the same bytes."""
    verdict, owner = gate.verdicts[dataset.node], dataset.owner
    return {
        "node": dataset.node,
        "output": declarations.node(dataset.node)["name"],
        "title": dataset.title.en,
        "text": [dataset.title.model_dump(), dataset.description.model_dump()],
        "series": dataset.slice is not None,
        "key": list(dataset.key),
        "csv": dataset.csv_names if dataset.slice else None,
        "changes": [change.model_dump(mode="json") for change in owner.changes],
        "signature": signature(dataset, verdict),
        "open": verdict.open,
        "reasons": [asdict(reason) for reason in verdict.reasons],
    }


def _written(dataset: Dataset) -> dict[str, Any]:
    return {
        "status": dataset.status,
        "reasons": [asdict(reason) for reason in dataset.reasons],
        "columns": [list(column) for column in dataset.columns],
        "rows": dataset.rows,
        "files": dataset.files,
    }


def _held_with(everything: list[Dataset], found: list[Dataset]) -> dict[str, list[dict[str, str]]]:
    """The datasets that were not written and would be held since one that was is refused: by name why."""
    outputs: dict[str, list[Dataset]] = {}
    for dataset in everything:
        outputs.setdefault(dataset.node, []).append(dataset)
    refused = {d.node: d.reasons for d in found if any(reason.kind == "refused" for reason in d.reasons)}
    written = {dataset.name for dataset in found}
    return {
        dataset.name: [asdict(reason) for reason in reasons]
        for node, reasons in refused_with(outputs, refused).items()
        for dataset in outputs[node]
        if dataset.name not in written
    }


def _answer(gate: Gate, test: str) -> dict[str, Any]:
    """The answer of a check at the present state of what it reads: dbt's word, or that it was not asked."""
    node, result = gate.graph.nodes[test], gate.check(test)
    return {
        "answer": result.status if result else "not run",
        "rows": result.failures if result else None,
        "blocking": node.severity == "error",
        "about": sorted(gate.graph.nodes[i].name for i in node.tested if i in gate.graph.nodes),
        "says": gate.descriptions.get(test, ""),
    }


def _write_pages(place: Place, declarations: Declarations, found: list[Dataset], pages: set[str], con, day) -> None:
    parts = {i.name: [d for d in found if d.node == i.node] for i in declarations.indicators if i.name in pages}
    made = [
        page_of(told_of(declarations, i), last_figures(con, parts[i.name], place.folder / FOLDER), parts[i.name])
        for i in declarations.indicators
        if i.name in parts
    ]
    if made:
        write_methods(place.folder, made, {"release_id": str(day), "today": day, "as_of": None, "docs": False})


def _writer() -> list[Path]:
    """The modules of the release that decide the bytes of a figure: the writer and what it imports, directly or not."""
    folder, found, wave = PROJECT / "orchestration" / "release", set(), {WRITER}
    while wave := {name for name in wave if (folder / f"{name}.py").is_file()} - found:
        found |= wave
        texts = [(folder / f"{name}.py").read_text(encoding="utf-8") for name in wave]
        pairs = [pair for text in texts for pair in IMPORTED.findall(text)]
        wave = {name for module, names in pairs for name in ([module] if module else re.findall(r"\w+", names))}
    return [folder / f"{name}.py" for name in found]


def _beside() -> dict[str, str]:
    """The code of the release that decides of something else than the bytes of a figure, each with its fingerprint:
    that of what is published beside the datasets, which no comparison looks at."""
    folder, kinds = PROJECT / "orchestration" / "release", (".py", ".sql", ".j2", ".css")
    # Of what is promised nothing is published.
    others = {*_writer(), folder / "promises.py"}
    files = sorted(file for file in folder.rglob("*") if file.suffix in kinds and file not in others)
    return {str(file.relative_to(PROJECT)): _code_of([file]) for file in files}


def _contracts() -> Iterable[Path]:
    return (PROJECT / "models" / "staging").glob("*/*__sources.yml")


def _code_of(files: Iterable[Path]) -> str:
    contents = [(str(file.relative_to(PROJECT)), file.read_bytes()) for file in sorted(files) if file.is_file()]
    return hashlib.sha256(repr(contents).encode()).hexdigest()


def environment(place: Place, tree: Path) -> dict[str, str]:
    """The environment of a process that runs a step by the code of a tree, and of the dbt that it calls."""
    return {
        **{name: value for name, value in os.environ.items() if name != "DBT_PARTIAL_PARSE_FILE_PATH"},
        **place.home.environment(),
        "PYTHONPATH": str(tree),
        "DBT_TARGET_PATH": str(place.target),
        "DBT_LOG_PATH": str(place.edge / "logs"),
        "DBT_PROFILES_DIR": str(tree),
    }
