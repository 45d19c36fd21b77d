"""The texts of columns that stand once reach the manifest and the page of dbt's docs."""

import json

import duckdb
import pytest
from rendered_models import Models, Project

from orchestration.warehouse.texts import tell_columns, tell_page


def model(name: str, columns: dict[str, str], meta: dict) -> dict:
    described = {column: {"name": column, "description": text} for column, text in columns.items()}
    return {"name": name, "resource_type": "model", "config": {"meta": meta}, "columns": described}


def manifest() -> dict:
    nodes = [
        model("stg_visits__visits", {"visit_key": "Key of the visit.", "sex": "F or M."}, {}),
        model("int_visits__records", {"sign": "1 or -1."}, {"texts_of": {"model": "stg_visits__visits"}}),
        model(
            "int_visits__facts",
            {"day": "Day of the visit."},
            {"texts_of": {"model": "stg_visits__visits", "columns": {"visit": "visit_key", "is_long": "hours > 4"}}},
        ),
        model("int_visits__cube", {"sex": "F, M or all."}, {"texts": {"sex": "F or M.", "visits": "All visits </b>."}}),
    ]
    return {"metadata": {}, "nodes": {node["name"]: node for node in nodes}}


def texts(manifest: dict) -> dict[str, dict[str, str]]:
    return {
        name: {column: of["description"] for column, of in node["columns"].items()}
        for name, node in manifest["nodes"].items()
    }


TOLD = {
    "stg_visits__visits": {"visit_key": "Key of the visit.", "sex": "F or M."},
    "int_visits__records": {"sign": "1 or -1.", "visit_key": "Key of the visit.", "sex": "F or M."},
    "int_visits__facts": {"day": "Day of the visit.", "visit": "Key of the visit."},
    "int_visits__cube": {"sex": "F, M or all.", "visits": "All visits </b>."},
}


def test_a_column_has_the_text_of_its_declaration_or_of_staging_and_keeps_its_own():
    told = manifest()
    tell_columns(told)
    assert texts(told) == TOLD


def test_the_page_of_docs_has_them_too_and_is_else_as_it_was():
    page = '<script>n = [{manifest:%s,catalog:{"metadata": 1}}]</script>'
    told = tell_page(page % json.dumps(manifest()))
    before, after = page.split("%s")
    assert told.startswith(before) and told.endswith(after)
    assert "</b>" not in told
    assert texts(json.loads(told.removeprefix(before).removesuffix(after))) == TOLD


def test_a_page_of_another_form_stays():
    assert tell_page("<html></html>") == "<html></html>"


@pytest.mark.parametrize(
    ("facts", "keys", "problem"),
    [
        ({"day": "acted_on"}, {}, "'theme.facts.place': is missing"),
        ({"day": "acted_on", "place": "dep"}, {"sex": {"text": "F or M."}}, "'theme.keys.sex.total': is missing"),
    ],
)
def test_facts_and_keys_that_cannot_be_are_an_error(facts: dict, keys: dict, problem: str) -> None:
    names = dict.fromkeys(["name", "records", "key", "sender", "bands", "band"], "a")
    declared = names | {"feeds": [], "content": [], "age_schemes": [], "levels": {}, "flows": {}}
    expression = f"theme({declared | {'facts': facts, 'keys': keys}!r})"
    with duckdb.connect() as connection:
        models = Models(Project.read(), connection, "memory", lambda *names: "none")
        node = {**models.project.nodes["int_testing__calendar"], "raw_code": f"{{{{ {expression} }}}}"}
        with pytest.raises(AssertionError, match=problem):
            models._rendered(node, models.relation("int_testing__calendar"), False, False, {})
