"""Rates and their bounds of expressions: whoever writes `a - b` for a count gets what the number would give."""

from __future__ import annotations

import duckdb
import pytest
from rendered_models import Models, Project


@pytest.mark.parametrize(
    ("of_expressions", "of_numbers"),
    [
        ("rate_per_100k('7 - 3', '40 + 60')", "rate_per_100k('4', '100')"),
        ("percentage('7 - 3', '40 + 60')", "percentage('4', '100')"),
        ("percentage_bound('7 - 3', '40 + 60', '-')", "percentage_bound('4', '100', '-')"),
        ("percentage_bound('7 - 3', '40 + 60', '+')", "percentage_bound('4', '100', '+')"),
        ("count_low('7 - 3')", "count_low('4')"),
        ("count_high('7 - 3')", "count_high('4')"),
    ],
)
def test_an_expression_gives_what_its_number_gives(of_expressions: str, of_numbers: str) -> None:
    with duckdb.connect() as connection:
        models = Models(Project.read(), connection, "memory", lambda *names: "none")
        node = models.project.nodes["int_testing__calendar"]
        relation = models.relation("int_testing__calendar")
        code = f"select {{{{ {of_expressions} }}}} as a, {{{{ {of_numbers} }}}} as b"
        rendered = models._rendered({**node, "name": of_numbers, "raw_code": code}, relation, False, False, {})
        [(one, other)] = connection.execute(rendered).fetchall()
    assert one == other > 0
