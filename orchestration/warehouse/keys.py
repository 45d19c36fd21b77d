"""How a dbt node looks as a Dagster asset: its key, its group, its code version, its freshness policy.

Nothing here reads dagster-dbt, and dbt with it, which takes two seconds: a run at rest does without them.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import dagster as dg

from orchestration.clock import TIMEZONE
from orchestration.landing.contract import WEEKDAYS

#: The tag of a run that makes of what is selected only what is not at its present state.
AS_NEEDED = "vigie/as_needed"
#: Who answers for what: the team that makes figures of what comes, and the person who gets them out.
DATA, DUTY = ["team:data"], ["team:duty"]
PREFIXES = {"staging": "stg", "intermediate": "int"}


def asset_key(node: Mapping[str, Any]) -> dg.AssetKey:
    """`landing/<feed>` for a source, `<layer>/<model>` for the rest."""
    if node["resource_type"] == "source":
        return landing_key(node["name"])
    return dg.AssetKey([layer(node), node["name"]])


def tested_key(test: Mapping[str, Any], manifest: Mapping[str, Any]) -> dg.AssetKey | None:
    """The asset that a test is a check of."""
    node = manifest["nodes"].get(test.get("attached_node") or "")
    return asset_key(node) if node else None


def group_name(node: Mapping[str, Any]) -> str:
    """`landing`, `referential`, or what the names of the layer's models begin with: stg_sidep, int_testing."""
    if node["resource_type"] == "source":
        return "landing"
    name, prefix = theme(node), layer(node)
    if name == "referential" or (name, prefix) == ("landing", "staging"):
        return name
    return "_".join(filter(None, [PREFIXES.get(prefix, prefix), name]))


def landing_key(name: str) -> dg.AssetKey:
    """`landing/sidep`: the asset of a feed, or of the ledger."""
    return dg.AssetKey(["landing", name])


def layer(node: Mapping[str, Any]) -> str:
    """The layer that the node stands in: seeds, staging, intermediate, marts."""
    if node["resource_type"] == "seed":
        return "seeds"
    return node["fqn"][1] if len(node["fqn"]) > 2 else "models"


def theme(node: Mapping[str, Any]) -> str:
    """The folder below the layer: sidep, testing, referential; empty when there is none."""
    folders = node["fqn"][1:-1] if node["resource_type"] == "seed" else node["fqn"][2:-1]
    return folders[0] if folders else ""


def declaration(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the model declares to publish (`config.meta.vigie`), or None."""
    return ((node.get("config") or {}).get("meta") or {}).get("vigie")


def freshness_policy(declared: Mapping[str, Any]) -> dg.FreshnessPolicy | None:
    """Made again each day, or on its `weekdays`, between midnight and `fresh_by` (HH:MM, Paris); None when the
    declaration has no hour."""
    hour = declared.get("fresh_by")
    return _made_again_by(str(hour), cron_days(declared.get("weekdays", WEEKDAYS))) if hour else None


def cron_days(weekdays: Sequence[str]) -> str:
    """Days of the week, by their English names, as cron has them; `*` for all."""
    days = sorted((WEEKDAYS.index(day) + 1) % 7 for day in weekdays)
    return "*" if len(set(days)) == 7 else ",".join(map(str, days))


@cache
def _made_again_by(hour: str, days: str) -> dg.FreshnessPolicy:
    """One policy for all that share an hour: Dagster walks through a year of its schedule to make one."""
    hours, minutes = (int(part) for part in hour.split(":"))
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"{minutes} {hours} * * {days}",
        lower_bound_delta=dt.timedelta(hours=hours, minutes=minutes) or dt.timedelta(days=1),
        timezone=TIMEZONE,
    )


def code_version(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    """Fingerprint of the model's SQL and of all the macros that it reaches, so that a changed macro is seen."""
    macros = manifest.get("macros", {})
    reached: set[str] = set()
    wave = set((node.get("depends_on") or {}).get("macros", []))
    while wave:
        reached |= wave
        wave = {m for each in wave for m in macros.get(each, {}).get("depends_on", {}).get("macros", [])} - reached
    code = [node.get("raw_code") or (node.get("checksum") or {}).get("checksum", "")]
    code += [macros[each]["macro_sql"] for each in sorted(reached) if each in macros]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()[:16]
