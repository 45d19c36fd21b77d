"""The warehouse: the dbt project at the root of the repository, seen by Dagster."""
