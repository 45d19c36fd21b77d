"""Which rules the counts in the warehouse were made by.

Models that accumulate keep what they counted. When the SQL that counts changes, or a seed or a variable that it reads,
what they hold is of another definition than what they would add, so that the warehouse has to be made again from the
lake.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.home import PROJECT
from orchestration.storage import remove, write_whole
from orchestration.warehouse.translator import code_version


def counting_version(manifest: Mapping[str, Any]) -> str:
    """Fingerprint of the accumulating models, of all that is upstream of them, of their macros and of the variables."""
    nodes = manifest["nodes"]
    reached: set[str] = set()
    wave = {i for i, node in nodes.items() if (node.get("config") or {}).get("materialized") == "incremental"}
    while wave:
        reached |= wave
        wave = {parent for i in wave for parent in nodes[i]["depends_on"].get("nodes", []) if parent in nodes} - reached
    code = [f"{i}={code_version(manifest, nodes[i])}" for i in sorted(reached)]
    settings = (PROJECT / "dbt_project.yml").read_text()
    return hashlib.sha256("\n".join([settings, *code]).encode()).hexdigest()


def counted_otherwise(folder: Path, version: str) -> bool:
    """Whether the warehouse in `folder` holds counts that other rules made, or unknown ones."""
    return (folder / "vigie.duckdb").is_file() and version != _read(folder)


def note_version(folder: Path, version: str) -> None:
    """Remember the rules that the counts were made by; to be called when all of them are."""
    write_whole(folder / "counting_version", version)


def forget_version(folder: Path) -> None:
    """Before the counts are made again: should that be cut, the next run makes them again from the beginning."""
    remove(folder / "counting_version")


def _read(folder: Path) -> str:
    path = folder / "counting_version"
    return path.read_text() if path.is_file() else ""
