"""How dbt is asked for a build: what the plan says, and under which token it is stamped."""

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from orchestration.errors import VigieError
from orchestration.gate import Plan

#: The environment variable by which dbt knows what it was asked to build; see `macros/gate`.
TOKEN = "VIGIE_BUILD"


@contextmanager
def stamped_with(token: str) -> Iterator[None]:
    """Let dbt know what it was asked to build, for the time of a call."""
    os.environ[TOKEN] = token
    try:
        yield
    finally:
        del os.environ[TOKEN]


def build_arguments(as_of: str, todo: Plan, manifest: Mapping[str, Any]) -> list[str]:
    """The arguments of dbt for what is to be done: those nodes and tests and no other.

    Raises VigieError when the project has nodes that the manifest does not know.
    """
    wanted = [*todo.expected, *todo.tests]
    for i in wanted:
        if i not in manifest["nodes"]:
            raise changed(i)
    arguments = ["build", "--indirect-selection", "empty", "--exclude-resource-type", "unit_test"]
    # dagster-dbt reads what dbt says as JSON; the file is for people, and as JSON seven times as long.
    arguments += ["--log-format-file", "text"]
    # One argument: dagster-dbt takes the selections of dbt apart.
    arguments += ["--select", " ".join(sorted("fqn:" + ".".join(manifest["nodes"][i]["fqn"]) for i in wanted))]
    if as_of:
        arguments += ["--vars", json.dumps({"as_of": dt.date.fromisoformat(as_of).isoformat()})]
    return arguments


def changed(unique_id: str) -> VigieError:
    """The error of a project that is no longer the one that was parsed: it has a node that the manifest lacks."""
    return VigieError(
        f"The dbt project has changed since this run began ({unique_id} is new). Start again; in the UI, reload the "
        "definitions first."
    )
