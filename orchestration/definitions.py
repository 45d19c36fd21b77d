"""What Dagster loads: landing, warehouse, gate, release, upkeep, incidents, recipients, jobs, what starts them."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.assets.gate import gate_assets
from orchestration.assets.incidents import incident_assets
from orchestration.assets.landing import landing_assets, other_sources
from orchestration.assets.release import release_assets
from orchestration.assets.routing import routing_assets, routing_jobs, routing_schedules
from orchestration.assets.upkeep import upkeep_assets
from orchestration.home import Home
from orchestration.jobs import begins_as, jobs, schedules
from orchestration.landing import read_contracts
from orchestration.routing.declarations import read_recipients
from orchestration.run import Run
from orchestration.sensors import deliveries_sensor
from orchestration.warehouse.project import dbt_project, dbt_resource, read_manifest


def build_definitions(home: Home, at_rest: bool = False) -> dg.Definitions:
    """The definitions of an installation, from its dbt manifest and the declared feeds.

    Those of a run `at_rest` have no warehouse, so that neither dagster-dbt nor hundreds of assets are read for it.
    """
    manifest = read_manifest(home)
    landing = landing_assets(read_contracts(), home)
    warehouse, dbt = ([], {}) if at_rest else _warehouse(home, manifest)
    by_name = jobs(landing)
    # A run of the house sends nothing: these have runs of their own.
    recipients = {} if at_rest else read_recipients()
    to_recipients = routing_jobs(recipients)
    return dg.Definitions(
        assets=[
            landing,
            *other_sources(manifest, landing),
            *warehouse,
            gate_assets(manifest),
            release_assets(manifest),
            upkeep_assets(manifest),
            incident_assets(),
            *routing_assets(recipients),
        ],
        jobs=[*by_name.values(), *to_recipients.values()],
        schedules=[*schedules(by_name), *routing_schedules(recipients, to_recipients, begins_as())],
        sensors=[deliveries_sensor(by_name)],
        resources={**dbt, "run": Run()},
        # One process does the whole run: one lock, one journal, and no start-up time at each step.
        executor=dg.in_process_executor,
    )


def _warehouse(home: Home, manifest: Mapping[str, Any]) -> tuple[list[dg.AssetsDefinition], dict[str, Any]]:
    """The assets of the warehouse, and the resource that they need."""
    # Not at the top: reading dagster-dbt takes two seconds.
    from orchestration.warehouse.assets import warehouse_assets
    from orchestration.warehouse.translator import Translator

    return [warehouse_assets(manifest, dbt_project(home), Translator())], {
        # Nothing of it is a matter of a run, so that the launchpad does not show it.
        "dbt": dg.ResourceDefinition.hardcoded_resource(dbt_resource(home))
    }


@dg.definitions
def definitions() -> dg.Definitions:
    """Called by Dagster when it loads this module."""
    return build_definitions(Home.from_env())
