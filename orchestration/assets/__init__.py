"""The Dagster assets outside of dbt: what lands, what is released, and the upkeep of the lake."""
