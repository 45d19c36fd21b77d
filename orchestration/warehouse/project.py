"""The dbt project and its manifest, and how dbt is called."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import VigieError
from orchestration.home import PROJECT, Home
from orchestration.storage import locked, remove, write_whole
from orchestration.warehouse.texts import tell_columns, tell_page

if TYPE_CHECKING:
    from dagster_dbt import DbtCliResource, DbtProject

# A change in one of these makes the manifest or the definitions out of date.
SOURCES = (
    "dbt_project.yml",
    "profiles.yml",
    "models",
    "macros",
    "seeds",
    "tests/generic",
    "tests/singular",
    "orchestration/gate/definitions.py",
    "orchestration/warehouse/texts.py",
)
ENGINES = ("dbt-core", "dbt-duckdb", "duckdb")
# Where the folder of artifacts says from which state of the sources something was made.
PARSED, DOCUMENTED = "parsed_from", "documented_from"
DBT = Path(sys.executable).with_name("dbt")


def target(home: Home) -> Path:
    """The folder of dbt's artifacts: manifest.json, run_results.json."""
    return home.dbt / "target"


def dbt_project(home: Home) -> "DbtProject":
    """The project as dagster-dbt wants it."""
    # Not at the top: reading Dagster takes seconds, and most of what is here does without it.
    from dagster_dbt import DbtProject

    return DbtProject(project_dir=PROJECT, target_path=target(home), profiles_dir=PROJECT)


def dbt_resource(home: Home) -> "DbtCliResource":
    """The dbt of this environment, whatever PATH says."""
    from dagster_dbt import DbtCliResource

    return DbtCliResource(project_dir=dbt_project(home), profiles_dir=str(PROJECT), dbt_executable=str(DBT))


@contextmanager
def dbt_environment(home: Home) -> Iterator[None]:
    """The environment variables that the dbt project reads, for the time of a call."""
    values = home.environment()
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def manifest_path(home: Home) -> Path:
    """The path of an up-to-date manifest; parses the project when it is absent or of another state of the project.

    The definitions of its nodes are written beside it, see `orchestration.gate.definitions`.

    Raises VigieError with dbt's own message when the project does not parse.
    """
    path = target(home) / "manifest.json"
    home.dbt.mkdir(parents=True, exist_ok=True)
    home.warehouse.mkdir(parents=True, exist_ok=True)
    # Whoever comes second finds it made.
    with locked(home.dbt / ".lock", "dbt parse", wait=-1):
        if changed_since_parsed(home):
            _parse(home)
    return path


def changed_since_parsed(home: Home) -> bool:
    """Whether the project has changed since its manifest and definitions were made, or they never were."""
    there = all((target(home) / name).exists() for name in ("manifest.json", "definitions.json"))
    return not there or _made_from(home, PARSED) != sources_state(home)


def read_manifest(home: Home) -> Mapping[str, Any]:
    """The manifest as a dictionary, read once per process and version of the file."""
    return manifest_at(manifest_path(home))


def manifest_at(path: Path) -> Mapping[str, Any]:
    """The manifest in a file that is up to date, as `read_manifest` gives it."""
    return _read(path, path.stat().st_mtime)


@cache
def _read(path: Path, _version: float) -> Mapping[str, Any]:
    manifest = json.loads(path.read_text())
    attach_tests(manifest)
    tell_columns(manifest)
    return manifest


def attach_tests(manifest: dict[str, Any]) -> None:
    """Attach each singular test to the model that it is about: of those it reads, the one farthest downstream.

    Without it dagster-dbt makes no check of a test that reads several models. The description goes where
    dagster-dbt looks for it.
    """
    parents = manifest["parent_map"]

    def upstream(unique_id: str) -> set[str]:
        found: set[str] = set()
        wave = set(parents.get(unique_id, []))
        while wave:
            found |= wave
            wave = {parent for child in wave for parent in parents.get(child, [])} - found
        return found

    for node in manifest["nodes"].values():
        if node["resource_type"] != "test":
            continue
        node["meta"] = {**(node.get("meta") or {}), "description": node.get("description") or ""}
        if not node.get("attached_node"):
            read = [each for each in node["depends_on"]["nodes"] if each in manifest["nodes"]]
            node["attached_node"] = max(read, key=lambda each: len(upstream(each)), default=None)


def sources_state(home: Home) -> str:
    """A fingerprint of the state of the project and of what reads it: the size and time of every file, the versions.

    Whatever differs makes another one, an older file that came back too. The project and the home count with their
    places, which manifest and docs hold.
    """
    facts: list[object] = [str(PROJECT), str(home.root), *(version(engine) for engine in ENGINES)]
    for source in SOURCES:
        path = PROJECT / source
        for each in sorted(path.rglob("*")) if path.is_dir() else (path,):
            if each.is_file() and each.suffix != ".pyc":
                state = each.stat()
                facts.append((str(each.relative_to(PROJECT)), state.st_size, state.st_mtime_ns))
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _made_from(home: Home, what: str) -> str:
    path = target(home) / what
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def static_docs(home: Home) -> Path:
    """dbt's own documentation with the lineage, one page that opens from a file.

    Written again when the project has another state, or its home another place: the page holds it, to be taken out of
    what is published. Columns are those of the warehouse of then.
    """
    page, state = target(home) / "static_index.html", sources_state(home)
    if page.exists() and _made_from(home, DOCUMENTED) == state:
        return page
    # A folder apart: `docs generate` would replace the results of the build, which the release reads.
    apart = home.dbt / "docs"
    apart.mkdir(parents=True, exist_ok=True)
    _call(home, apart, [str(DBT), "--quiet", "docs", "generate", "--static"])
    write_whole(page, tell_page((apart / "static_index.html").read_text(encoding="utf-8")))
    write_whole(target(home) / DOCUMENTED, state)
    return page


def _parse(home: Home) -> None:
    # Before: what is edited meanwhile may not have been read.
    state = sources_state(home)
    remove(target(home) / PARSED)
    _call(home, target(home), [sys.executable, "-m", "orchestration.gate"])
    write_whole(target(home) / PARSED, state)


def _call(home: Home, artifacts: Path, command: list[str]) -> None:
    """Call dbt, or what calls it, and wait; raises VigieError with dbt's own message when it fails."""
    environment = {
        **os.environ,
        **home.environment(),
        "DBT_TARGET_PATH": str(artifacts),
        "DBT_LOG_PATH": str(home.dbt / "logs"),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    parsed = target(home) / "partial_parse.msgpack"
    if parsed.exists():
        # What one call has parsed none parses again, wherever its artifacts go. dbt wants a file that is there.
        environment["DBT_PARTIAL_PARSE_FILE_PATH"] = str(parsed)
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env=environment,
        text=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        said = done.stdout.strip() or done.stderr.strip()
        raise VigieError(f"dbt failed on the project in {PROJECT}.\n{said}")
