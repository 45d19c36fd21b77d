"""What dagster-dbt asks about a dbt node, answered as `orchestration.warehouse.keys` has it."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

from orchestration.home import PROJECT
from orchestration.warehouse.keys import DATA, asset_key, code_version, declaration, freshness_policy, group_name
from orchestration.warehouse.texts import check_text


class Translator(DagsterDbtTranslator):
    """dbt nodes as the rest of Vigie sees them."""

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """The spec of dagster-dbt, with our code version and freshness policy."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = self.get_resource_props(manifest, unique_id)
        if node["resource_type"] == "source":
            return spec
        declared = declaration(node)
        return spec.replace_attributes(
            code_version=code_version(manifest, node),
            freshness_policy=freshness_policy(declared) if declared else None,
            owners=DATA,
        )

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """The check of dbt's test; it stops no step, since the gate decides by output what a failed one holds."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        text = check_text(manifest["nodes"][unique_id], manifest, PROJECT)
        return spec._replace(blocking=False, description=text or spec.description)

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """See `asset_key`."""
        return asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """See `group_name`."""
        return group_name(dbt_resource_props)
