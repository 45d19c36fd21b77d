"""What the gate says of one output."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "not_built",
    "stale",
    "model_failed",
    "check_failed",
    "check_not_run",
    "account",
    "group",
    "refused",
    "partial",
    "late",
]


@dataclass(frozen=True)
class Reason:
    """Why an output is held.

    `subject` is the name of the model, check or feed that it is about. `fr` and `en` are sentences for the public,
    which name no file, row or path; `detail` is for the home alone.
    """

    kind: Kind
    subject: str
    fr: str
    en: str
    detail: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether the output of a model may be published.

    `node` is the unique id of the model, `fingerprint` the present fingerprint of its data, `feeds` what it is made
    from; an output without `reasons` is open.
    """

    node: str
    fingerprint: str
    feeds: frozenset[str]
    reasons: tuple[Reason, ...] = ()

    @property
    def open(self) -> bool:
        """Whether nothing forbids to publish."""
        return not self.reasons
