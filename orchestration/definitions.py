"""What Dagster loads: landing, warehouse, release, upkeep, and the job that does it all."""

import dagster as dg

from orchestration.assets.landing import landing_assets, other_sources
from orchestration.assets.release import release_assets
from orchestration.assets.upkeep import upkeep_assets
from orchestration.home import Home
from orchestration.jobs import daily_job, daily_schedule
from orchestration.landing import read_contracts
from orchestration.run import Run
from orchestration.warehouse.assets import warehouse_assets
from orchestration.warehouse.project import dbt_project, dbt_resource, read_manifest
from orchestration.warehouse.translator import Translator


def build_definitions(home: Home) -> dg.Definitions:
    """The definitions of an installation, from its dbt manifest and the declared feeds."""
    manifest, project, translator = read_manifest(home), dbt_project(home), Translator()
    landing = landing_assets(read_contracts())
    return dg.Definitions(
        assets=[
            landing,
            *other_sources(manifest, landing),
            warehouse_assets(manifest, project, translator),
            release_assets(manifest, translator),
            upkeep_assets(manifest),
        ],
        jobs=[daily_job],
        schedules=[daily_schedule],
        resources={"dbt": dbt_resource(home), "run": Run()},
        # One process does the whole run: one lock, one journal, and no start-up time at each step.
        executor=dg.in_process_executor,
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """Called by Dagster when it loads this module."""
    return build_definitions(Home.from_env())
