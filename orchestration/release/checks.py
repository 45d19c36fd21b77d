"""The checks that a release tells of. Which outputs they hold is the gate's to say."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass


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
