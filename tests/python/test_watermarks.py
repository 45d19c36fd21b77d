"""A watermark is read by the name of a model."""

import duckdb
import pytest
from rendered_models import Models, Project


def test_a_watermark_of_no_model_is_an_error() -> None:
    """It would be 0, and every run would count everything again beside what was counted."""
    project = Project.read()
    models = Models(project, duckdb.connect(), "memory", lambda *names: "none")
    node = {**project.nodes["int_testing__calendar"], "raw_code": "select {{ applied_batch('int_testing__chnages') }}"}
    project.nodes["int_testing__calendar"] = node
    with pytest.raises(AssertionError, match="There is no model int_testing__chnages, of which a watermark is read"):
        models.run(["int_testing__calendar"])
