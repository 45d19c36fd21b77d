"""The checks a release carries: their results, and whether one of them forbids publishing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.errors import VigieError


@dataclass(frozen=True)
class Check:
    """Result of one check. A check that is `blocking` and not `passed` forbids the release."""

    name: str
    passed: bool
    blocking: bool = True
    subject: str = ""
    detail: str = ""

    def as_dict(self) -> dict:
        """The check as it stands in release.json."""
        return asdict(self)


def as_checks(checks: Iterable[Check | Mapping]) -> list[Check]:
    """Accept checks as `Check` or as mappings with the same keys; sorted by subject and name."""
    read = [check if isinstance(check, Check) else Check(**check) for check in checks]
    return sorted(read, key=lambda check: (check.subject, check.name))


def refuse_if_blocked(checks: Iterable[Check]) -> None:
    """Raise VigieError naming every blocking check that failed."""
    failed = [check for check in checks if check.blocking and not check.passed]
    if failed:
        reasons = "\n".join(f"  - {c.subject + ': ' if c.subject else ''}{c.name} {c.detail}".rstrip() for c in failed)
        raise VigieError(
            f"Nothing was released, {len(failed)} blocking check(s) failed; the last release stays in place.\n"
            f"{reasons}\nMend the cause (see `vigie status`), then run again."
        )


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
            )
        )
    return as_checks(checks)
