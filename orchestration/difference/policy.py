"""What a change may do to what is published: the variable `difference` of dbt_project.yml."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration.errors import VigieError

Rule = Literal["always", "declared", "never"]
Kind = Literal["added", "figures", "sums", "schema", "removed", "held", "checks", "refused", "not_made"]
#: What each kind of finding is, as the report calls it.
KINDS: Mapping[Kind, str] = {
    "added": "new figures",
    "figures": "published figures change",
    "sums": "sums no longer agree",
    "schema": "the schema changes",
    "removed": "an output goes",
    "held": "an output is held that was not",
    "checks": "a check fails that did not",
    "refused": "a file is refused at publication",
    "not_made": "the change cannot be built",
}


@dataclass(frozen=True)
class Finding:
    """What a change does to an output, a dataset or a check (`subject`), in words; `declared` when its declaration
    tells of it with a date that the base does not have, by `entries` (date and both texts) of its `changes`."""

    kind: Kind
    subject: str
    text: str
    declared: bool = False
    entries: tuple[str, ...] = ()


class Policy(BaseModel):
    """By kind of finding whether it may be `always`, when it is `declared`, or `never`; `gone` are the outputs that are
    no longer published, each with the day (ISO)."""

    model_config = ConfigDict(extra="forbid")

    rules: Mapping[Kind, Rule]
    gone: Mapping[str, str] = {}

    def allows(self, finding: Finding) -> bool:
        """Whether a change with this finding may be merged as it is."""
        rule = self.rules[finding.kind]
        return rule == "always" or (rule == "declared" and finding.declared)

    def passes(self, findings: Iterable[Finding]) -> bool:
        """Whether a change may be merged as it is."""
        return all(self.allows(finding) for finding in findings)


def read_policy(project: Path) -> Policy:
    """The policy that the project in a folder declares. Raises VigieError when it does not, or not for each kind."""
    try:
        declared = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["difference"]
        policy = Policy(**declared)
    except (OSError, KeyError, TypeError, yaml.YAMLError, ValidationError) as error:
        raise VigieError(
            "What a change may do to figures (variable `difference` of dbt_project.yml) cannot be read. Give it "
            f"`rules` ({', '.join(get_args(Kind))}, each {', '.join(get_args(Rule))}) and `gone`."
        ) from error
    if missing := sorted(set(get_args(Kind)) - set(policy.rules)):
        raise VigieError(f"The variable `difference` of dbt_project.yml says nothing of {', '.join(missing)}.")
    return policy
