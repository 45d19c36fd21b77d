"""What dbt's `run_results.json` says: which checks passed, what failed, and whether that blocks a release."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration.warehouse.project import attach_tests

TESTS = ("test", "unit_test")


@dataclass(frozen=True)
class Failure:
    """A node that did not go well: a test on a model, or the model itself. `rows` is the number of failing rows."""

    name: str
    model: str
    kind: str
    message: str
    rows: int | None
    description: str = ""

    def sentence(self) -> str:
        """One line for a person."""
        where = f"{self.kind} {self.name}" + (f" on {self.model}" if self.model and self.model != self.name else "")
        rows = f", {self.rows} row(s)" if self.rows else ""
        return f"{where}{rows}: {self.description or self.message}"


@dataclass
class Outcome:
    """Counts of a `dbt build`, and what failed."""

    models: int = 0
    passed: int = 0
    blocking: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)
    skipped: int = 0

    def facts(self) -> dict[str, Any]:
        """As it stands in the journal."""
        return {
            "models": self.models,
            "passed": self.passed,
            "failed": sum(failure.kind in TESTS for failure in self.blocking),
            "warned": len(self.warnings),
            "skipped": self.skipped,
            "blocking_failures": [asdict(failure) for failure in self.blocking],
            "warnings": [asdict(failure) for failure in self.warnings],
        }


def read_outcome(target: Path) -> Outcome:
    """Read manifest.json and run_results.json of the folder; FileNotFoundError when dbt left none."""
    manifest = json.loads((target / "manifest.json").read_text())
    attach_tests(manifest)
    nodes = {**manifest["nodes"], **manifest.get("unit_tests", {})}
    outcome = Outcome()
    for result in json.loads((target / "run_results.json").read_text())["results"]:
        node = nodes.get(result["unique_id"])
        if node:
            _count(outcome, node, result)
    return outcome


def _count(outcome: Outcome, node: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    is_test = node["resource_type"] in TESTS
    match str(result["status"]):
        case "pass" | "success":
            outcome.passed += is_test
            outcome.models += not is_test
        case "warn":
            outcome.warnings.append(_failure(node, result))
        case "skipped" | "no-op":
            outcome.skipped += 1
        case _:
            outcome.blocking.append(_failure(node, result))


def _failure(node: Mapping[str, Any], result: Mapping[str, Any]) -> Failure:
    attached = node.get("attached_node") or node.get("tested_node_unique_id") or ""
    model = attached or node["unique_id"]
    return Failure(
        name=node["name"],
        model=model.split(".")[-1],
        kind=node["resource_type"],
        message=" ".join((result.get("message") or str(result["status"])).split()),
        rows=result.get("failures") or None,
        description=" ".join((node.get("description") or "").split()) if node["resource_type"] in TESTS else "",
    )
