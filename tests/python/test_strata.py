"""A scheme of strata is a partition: what is in one of its classes is in no other."""

from __future__ import annotations

import ast
from itertools import product
from typing import Any

import duckdb
import pytest
from rendered_models import REPOSITORY, Models, Project

#: What the columns of the facts hold on which conditions stand.
VALUES = {
    "place_kind": [
        *("'hospital'", "'care_home'", "'home'", "'school'", "'education'"),
        *("'other'", "'unknown'"),
    ],
    "cause": ["'for'", "'with'", "'unknown'"],
    "what": [
        *("'admission'", "'critical_admission'", "'entry'", "'discharge'", "'death'"),
        *("'critical'", "'conventional'", "'follow_up'", "'other'", "'unknown'"),
    ],
    "severity": ["'none'", "'minor'", "'moderate'", "'severe'", "'unknown'"],
    "station": ["'PARIS'", "'PAU'", "'of no class'"],
    "symptoms": ["'symptomatic'", "'asymptomatic'", "'unknown'"],
    "was_positive": ["true", "false"],
    **{f"target_{letter}": ["0", "1", "null"] for letter in "abcd"},
    "suspected_variant": ["'alpha'", "'beta_or_gamma'", "'none'", "'not_identified'", "null"],
    "vulnerability": ["'limited'", "'moderate'", "'high'", "'unknown'"],
    "vaccine": ["'comirnaty'", "'comirnaty_bivalent'", "'vidprevtyn'", "'unknown'"],
    "criticality": ["'limited'", "'moderate'", "'high'", "'unknown'"],
    "state": ["'investigated'", "'controlled'", "'spread'", "'closed'"],
    "setting": ["'household'", "'other'", "'unknown'"],
    "variant": ["'alpha'", "'omicron'", "'omicron_ba2'", "'omicron_ba2_75'", "'other'", "'of no class'"],
    "establishment_kind": ["'ehpad'", "'disability'", "'children'", "'other'"],
    "target_group": ["'resident'", "'staff'", "'liberal'", "'carer'", "'other'"],
}


def given(expression: str, connection: duckdb.DuckDBPyConnection) -> Any:
    """What an expression of the macros gives."""
    models = Models(Project.read(), connection, "memory", lambda *names: "none")
    node = {**models.project.nodes["int_testing__calendar"], "name": expression, "raw_code": f"{{{{ {expression} }}}}"}
    relation, variables = models.relation("int_testing__calendar"), models.project.variables
    return ast.literal_eval(models._rendered(node, relation, False, False, variables))


def themes() -> list[str]:
    """The themes that there are, each a folder of models."""
    folders = (REPOSITORY / "models" / "intermediate").glob("*/int_*__fates.sql")
    return sorted(path.parent.name for path in folders)


@pytest.mark.parametrize("theme", themes())
def test_no_row_is_in_two_classes_of_a_scheme(theme: str) -> None:
    """Whatever the row: else the classes would be more than the total, and what is unknown too few."""
    with duckdb.connect() as connection:
        for scheme, of in given(f"{theme}().strata", connection).items():
            conditions = [told["sql"] for told in of["classes"].values() if "sql" in told]
            read = [name for name in VALUES if any(name in condition for condition in conditions)]
            rows = ", ".join(f"({', '.join(row)})" for row in product(*(VALUES[name] for name in read)))
            held = " + ".join(f"coalesce(({condition})::int, 0)" for condition in conditions)
            table = f"(values {rows}) as facts ({', '.join(read)})"
            [(fewest, most)] = connection.execute(
                f"select min(n), max(n) from (select {held} as n from {table})"
            ).fetchall()
            assert most == 1 and (fewest == 0 or of.get("complete")), scheme


@pytest.mark.parametrize(
    ("strata", "columns"),
    [
        ("['unit']", {"unit": {"critical": "net_present_critical"}}),
        ("{'unit': 'net'}", {"unit": {"critical": "net_critical"}}),
        ("{'unit': ''}", {"unit": {"critical": "critical"}}),
        ("{'unit': {'critical': 'icu'}}", {"unit": {"critical": "icu"}}),
    ],
)
def test_a_class_is_a_column_right_after_its_total(strata: str, columns: dict) -> None:
    """Named after the measure, by a stem, or by a name of its own; what no condition holds has no column.

    Its text is that of the total and of the class.
    """
    schemes = "{'unit': {'classes': {'critical': {'sql': 'is_critical', 'en': 'in intensive care'}, 'elsewhere': {}}}}"
    present = f"{{'sql': 'n', 'strata': {strata}, 'text': 'Patients.'}}"
    measures = f"{{'net_present': {present}, 'net_died': {{'sql': 'd', 'strata': []}}}}"
    with duckdb.connect() as connection:
        found = given(f"measures_by_stratum({measures}, {schemes})", connection)
    column = columns["unit"]["critical"]
    assert list(found) == ["net_present", column, "net_died"]
    assert found["net_present"] == {"sql": "n", "strata": columns, "text": "Patients."}
    of_class = {"sql": "(n) * (is_critical)::int", "strata": {}, "text": "Patients: in intensive care."}
    assert found[column] == of_class


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("measures_by_stratum({'n': {'sql': 'n', 'strata': ['ward']}}, {})", "unknown scheme 'ward'"),
        (
            "measures_by_stratum({'n': {'sql': 'n', 'strata': {'s': ''}}, 'a': {'sql': 'a', 'strata': []}},"
            " {'s': {'classes': {'a': {'sql': 'b'}}}})",
            "two columns 'a'",
        ),
        ("measures_by_stratum({'n': {'strata': {'s': {}}}}, {'s': {'classes': {'a': {'sql': 'b'}}}})", "is missing"),
        ("checked_strata({'s': {'fr': 's', 'en': 's', 'classes': {}}})", "is empty"),
        ("checked_strata({'s': {'fr': '', 'en': '', 'classes': {'a': {'sql': 'b'}}}})", "'theme.strata.s.classes.a"),
        ("checked_strata({'s': {'fr': '', 'en': '', 'classes': {'unknown': {'fr': '', 'en': ''}}}})", "is one class"),
        ("stocks_by_stratum({'present': 'net_present'}, {}, {})", "unknown measure 'net_present'"),
        (
            "theme({'name': '', 'feeds': [], 'records': '', 'key': '', 'sender': '', 'content': [], 'bands': '',"
            " 'band': '', 'age_schemes': [], 'keys': {}, 'levels': {}, 'flows': {}, 'days_by_stratum': ['ward'],"
            " 'watched': {'day': 'day'}})",
            "no scheme and level 'ward'",
        ),
        (
            "theme({'name': '', 'feeds': [], 'records': '', 'key': '', 'sender': '', 'content': [],"
            " 'keys': {'age_band': ''}, 'levels': {}, 'flows': {}})",
            "a theme has both or neither",
        ),
        (
            "theme({'name': '', 'feeds': [], 'records': '', 'key': '', 'sender': '', 'content': [],"
            " 'keys': {'age_band': ''}, 'age_schemes': ['school'], 'levels': {}, 'flows': {}})",
            "'theme.bands': is missing",
        ),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_an_error(expression: str, problem: str) -> None:
    """That names what is wrong."""
    with duckdb.connect() as connection, pytest.raises(AssertionError, match=problem):
        given(expression, connection)
