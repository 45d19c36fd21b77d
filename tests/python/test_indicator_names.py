"""An indicator bears its own name: one that was copied with the file would be published under it."""

from __future__ import annotations

import re

import duckdb
from rendered_models import Models, Project


def test_every_indicator_says_its_own_name() -> None:
    with duckdb.connect() as connection:
        models = Models(Project.read(), connection, "memory", lambda *names: "none")
        nodes = models.project.nodes
        names = [
            name
            for name, node in nodes.items()
            if node["config"].get("meta", {}).get("vigie", {}).get("kind") == "indicator"
        ]
        assert len(names) > 50
        wrong = {
            name: said
            for name in names
            if (said := set(re.findall(r"'(\w+)' as indicator\b", _sql(models, name)))) != {name}
        }
    assert not wrong


def _sql(models: Models, name: str) -> str:
    return models._rendered(models.project.nodes[name], models.relation(name), False, False, models.project.variables)
