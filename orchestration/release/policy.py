"""The disclosure policy, as `dbt_project.yml` declares it for models and release alike: the variable `disclosure`."""

from collections.abc import Mapping
from functools import cache

import yaml
from pydantic import BaseModel, Field, ValidationError

from orchestration.errors import VigieError
from orchestration.home import PROJECT


class Policy(BaseModel):
    """Of which levels and ages numbers may be published, and how many counts a class must leave open.

    `exact` are the age schemes by level; any other level is published as classes. `counts` is the fewest counts that
    all that is published must leave possible, `older` the fewest people of 65 and over for classes of their own.
    """

    exact: Mapping[str, tuple[str, ...]] = Field(min_length=1)
    counts: int = Field(ge=0)
    older: int = Field(ge=0)

    def refused(self, levels: list[str], ages: list[str]) -> list[str]:
        """The levels of which no number may be published for all of these age schemes."""
        return sorted(level for level in levels if level not in self.exact or not set(ages) <= set(self.exact[level]))


@cache
def disclosure_policy() -> Policy:
    """The policy. Raises VigieError when it is not declared, or not as it should be."""
    try:
        declared = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["disclosure"]
        return Policy(**declared)
    except (OSError, KeyError, TypeError, yaml.YAMLError, ValidationError) as error:
        raise VigieError(
            "The disclosure policy (variable `disclosure` of dbt_project.yml) cannot be read: without it nothing is "
            "published. Give it `exact`, `counts` and `older`."
        ) from error


class Publishing(BaseModel):
    """How series are published: the days of the CSV files, and the decimals of figures whose declaration names none."""

    published_days: int = Field(ge=1)
    published_decimals: int = Field(ge=0)


@cache
def publishing() -> Publishing:
    """The variables of `dbt_project.yml` by which series are published. Raises VigieError when one is missing."""
    try:
        return Publishing(**yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"])
    except (OSError, KeyError, TypeError, yaml.YAMLError, ValidationError) as error:
        raise VigieError(
            "How series are published cannot be read. Give dbt_project.yml the variables `published_days` and "
            "`published_decimals`."
        ) from error
