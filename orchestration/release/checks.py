"""The checks that a release tells of. Which outputs they hold is the gate's to say."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.errors import VigieError


@dataclass(frozen=True)
class Check:
    """Result of one check. One that is `blocking` and not `passed` holds what depends on its subject.

    `description` says what it verifies; `detail`, what came out, stays in the home.
    """

    name: str
    passed: bool
    blocking: bool = True
    subject: str = ""
    detail: str = ""
    description: str = ""

    def as_dict(self) -> dict:
        """The check as the home keeps it."""
        return asdict(self)

    def for_the_public(self) -> dict:
        """The check as it stands in release.json: without the detail, which may quote rows."""
        return {name: value for name, value in self.as_dict().items() if name != "detail"}


def as_checks(checks: Iterable[Check | Mapping]) -> list[Check]:
    """Accept checks as `Check` or as mappings with the same keys; sorted by subject and name."""
    read = [check if isinstance(check, Check) else Check(**check) for check in checks]
    return sorted(read, key=lambda check: (check.subject, check.name))


def read_dbt_checks(manifest: Mapping, run_results: Path) -> list[Check]:
    """The results of dbt's data and unit tests in one `run_results.json`.

    A test of severity `error` is blocking. A test that dbt skipped did not pass. Raises VigieError when the
    file is absent or unreadable.
    """
    try:
        results = json.loads(Path(run_results).read_text())["results"]
    except (OSError, ValueError, KeyError) as error:
        raise VigieError(f"dbt's results cannot be read from {run_results}. Run `vigie build` first.") from error
    nodes = {**manifest.get("nodes", {}), **manifest.get("unit_tests", {})}
    checks = []
    for result in results:
        node = nodes.get(result["unique_id"])
        if node is None or node["resource_type"] not in ("test", "unit_test"):
            continue
        attached = node.get("attached_node") or node.get("tested_node_unique_id") or ""
        severity = str((node.get("config") or {}).get("severity") or "error").lower()
        status = str(result["status"])
        passed = status in ("pass", "success")
        checks.append(
            Check(
                name=node["name"],
                passed=passed,
                blocking=severity != "warn" and status != "warn",
                subject=attached.split(".")[-1],
                detail="" if passed else (result.get("message") or status),
                description=" ".join((node.get("description") or "").split()),
            )
        )
    return as_checks(checks)
