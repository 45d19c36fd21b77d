"""The checks that a release tells of. Which outputs they hold is the gate's to say."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

# Checks of what is done for the requests of persons, by their words: what they gave tells that there was one.
OF_REQUESTS = re.compile(r"eras(e|ed|ing|ures?)(?![a-z])", re.IGNORECASE)


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


def public_checks(checks: Iterable[Check]) -> list[dict]:
    """The checks as release.json and the page tell of them: none that is about an erasure."""
    told = (check for check in checks if not OF_REQUESTS.search(f"{check.name} {check.subject} {check.description}"))
    return [check.for_the_public() for check in told]
