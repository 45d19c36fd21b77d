"""The Dagster assets outside of dbt: what lands, and what is released."""
