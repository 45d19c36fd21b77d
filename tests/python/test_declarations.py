"""A wrong declaration is a compile error that names the model and the key.

One declaration after the other is parsed by dbt itself, in a project of one model and of the macros under test.
"""

import json
import shutil
from collections.abc import Callable, Iterator

import pytest
import yaml
from dbt.cli.main import dbtRunner

from orchestration.home import PROJECT
from orchestration.release.declarations import Change, Declarations

AXES = {"geo": ["FRA", "DEP"], "period": ["rolling7"], "sex": ["all"], "age": ["all", "age10"]}
BOTH = {"fr": "en français", "en": "in English"}
INDICATOR = {
    "title": BOTH, "unit": BOTH, "formula": BOTH, "source": "sidep", "breakdowns": [AXES],
    "open_data": [{"name": "one-fra", **AXES}], "fresh_by": "19:00", "lag_days": 3, "definition": "2020-12-08",
    "changes": [{"date": "2020-12-08", **BOTH}],
}  # fmt: skip
DIVIDED = {
    **INDICATOR,
    "breakdowns": [{**AXES, "strata": ["all", "symptoms"]}],
    "open_data": [{"name": "one-fra", **AXES, "strata": ["symptoms.unknown"]}],
}
DATASET = {
    "name": "sp-one", "title": BOTH, "description": BOTH, "source": "sidep", "order_by": ["jour"], "fresh_by": "19:00",
    "lag_days": 3, "changes": [{"date": "2021-03-01", **BOTH}],
}  # fmt: skip

Parse = Callable[[str, dict], str]


@pytest.fixture(scope="module")
def parse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parse]:
    """Parse a project whose only model has a declaration, and give dbt's error, '' if there is none."""
    project = tmp_path_factory.mktemp("declarations")
    shutil.copy(PROJECT / "profiles.yml", project)
    macros = PROJECT / "macros"
    (project / "dbt_project.yml").write_text(
        f"name: declarations\nprofile: vigie\nconfig-version: 2\nmacro-paths: ['{macros}']\n"
        "flags: {send_anonymous_usage_stats: false}\n"
        # The disclosure policy is a variable of the project.
        + yaml.safe_dump({"vars": yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]}),
        encoding="utf-8",
    )
    model = project / "models" / "the_model.sql"
    model.parent.mkdir()

    def parsed(kind: str, declaration: dict) -> str:
        model.write_text(
            f"{{% set declared = {declaration!r} %}}\n{{{{ declare_{kind}(declared) }}}}\nselect 1 as one\n"
        )
        folders = ["--project-dir", project, "--profiles-dir", project, "--log-path", project / "logs"]
        arguments = ["--quiet", "--log-level", "none", "parse", *map(str, folders)]
        outcome = dbtRunner().invoke(arguments)
        if outcome.success:
            (node,) = (node for node in outcome.result.nodes.values() if node.name == "the_model")
            declared = {**declaration, "kind": {"dataset": "open_data"}.get(kind, kind)}
            meta = node.config.meta["vigie"]
            assert {key: value for key, value in meta.items() if key != "stratum_schemes"} == declared
            assert ("stratum_schemes" in meta) == ("strata" in str(declaration))
        return str(outcome.exception or "")

    yield parsed


def changed(declaration: dict, path: str, value: object) -> dict:
    """A copy of a declaration with the value at a dotted path replaced, or taken out if it is None."""
    result = json.loads(json.dumps(declaration))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = result
    for part in parents:
        place = place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return result


@pytest.mark.parametrize(
    ("kind", "declaration"), [("indicator", INDICATOR), ("indicator", DIVIDED), ("dataset", DATASET)]
)
def test_right_declarations_pass(parse: Parse, kind: str, declaration: dict) -> None:
    """What is declared stands in the model's metadata."""
    assert parse(kind, declaration) == ""


@pytest.mark.parametrize(
    ("path", "value", "key", "problem"),
    [
        ("colour", "red", "indicator.colour", "unknown key"),
        ("unit", None, "indicator.unit", "is missing"),
        ("title", "text", "title", "must be a dictionary"),
        ("formula.en", None, "formula.en", "is missing"),
        ("title.de", "auf Deutsch", "title.de", "unknown key"),
        ("changes.0.date", None, "changes.date", "is missing"),
        ("breakdowns.0.sex", None, "breakdowns.sex", "is missing"),
        ("breakdowns.0.geo", ["FRA", "CANTON"], "breakdowns.geo", "unknown value 'CANTON'"),
        ("breakdowns.0.age", [], "breakdowns.age", "is empty"),
        ("breakdowns.0.strata", [], "breakdowns.strata", "is empty"),
        ("breakdowns.0.strata", ["all", "ward"], "breakdowns.strata", "unknown value 'ward'; the theme testing has"),
        ("open_data.0.strata", ["symptoms.mild"], "open_data.strata", "unknown value 'symptoms.mild'"),
        ("open_data.0.period", ["month"], "open_data.period", "unknown value 'month'"),
        ("open_data.0.name", None, "open_data.name", "is missing"),
        ("open_data.0.geo", ["EPCI"], "open_data.geo", "EPCI is published as a class only"),
        ("fresh_by", "7 pm", "fresh_by", "'7 pm' is not a time of day"),
        ("replaces", {"indicator": "other"}, "replaces.since", "is missing"),
        ("replaces", {"indicator": "other", "since": "March"}, "replaces.since", "'March' is no"),
    ],
)
def test_wrong_indicators_are_refused(parse: Parse, path: str, value: object, key: str, problem: str) -> None:
    """The error names the model, the key and what is wrong with it."""
    error = parse("indicator", changed(INDICATOR, path, value))
    assert f"Declaration of the_model, key '{key}': " in error
    assert problem in error


@pytest.mark.parametrize(
    ("path", "value", "key", "problem"),
    [
        ("colour", "red", "dataset.colour", "unknown key"),
        ("order_by", None, "dataset.order_by", "is missing"),
        ("description.fr", None, "description.fr", "is missing"),
        ("changes.0.date", "soon", "changes.date", "'soon' is not a date"),
        ("fresh_by", "24:00", "fresh_by", "'24:00' is not a time of day"),
        ("changes", [{"date": "2021-03-01", "fr": "en français"}], "changes.en", "is missing"),
    ],
)
def test_wrong_layouts_are_refused(parse: Parse, path: str, value: object, key: str, problem: str) -> None:
    """The same for the files in an official layout."""
    error = parse("dataset", changed(DATASET, path, value))
    assert f"Declaration of the_model, key '{key}': " in error
    assert problem in error


def test_a_layout_tells_of_its_changes_beside_its_description() -> None:
    """The last change first; without one the description stays as it is declared."""
    node = {"name": "sp_one", "config": {"meta": {"vigie": {**DATASET, "kind": "open_data"}}}}
    [layout] = Declarations({"nodes": {"model.v.sp_one": node}}).layouts
    assert layout.told.fr == "en français 2021-03-01 : en français"
    later = layout.model_copy(update={"changes": [*layout.changes, Change(date="2021-04-01", fr="après", en="later")]})
    assert later.told.en == "in English 2021-04-01: later 2021-03-01: in English"
    assert layout.model_copy(update={"changes": []}).told == layout.description
