"""The age schemes stand once, in the disclosure policy; seeds hold their classes, pages their names."""

from __future__ import annotations

import csv

import pytest
import yaml
from small_epidemic import REPOSITORY, SEEDS

from orchestration.release.words import AXES, age_classes

VARIABLES = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
SCHEMES = {scheme for schemes in VARIABLES["disclosure"]["exact"].values() for scheme in schemes}


def rows(path: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (SEEDS.parent / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_scheme_has_its_classes_in_the_seed_and_its_name_on_pages():
    assert {row["age_scheme"] for row in rows("referential/age_classes.csv")} == SCHEMES
    assert set(AXES["age"]) == SCHEMES


@pytest.mark.parametrize(
    ("path", "schemes"),
    [
        ("referential/age_years.csv", {"age10": "age10", "age15": "age15", "school": "school", "age65": "65plus"}),
        ("sursaud/sursaud_ages.csv", {"sursaud": "sursaud", "sursaud6": "sursaud6"}),
    ],
    ids=["years", "codes"],
)
def test_the_classes_of_what_is_delivered_are_those_that_pages_name(path, schemes):
    for column, scheme in schemes.items():
        classes = [code for code, _ in age_classes(scheme, "fr")]
        assert sorted({row[column] for row in rows(path)} - {"unknown"}) == sorted(classes)


def test_classes_follow_each_other_without_gap():
    for scheme in SCHEMES:
        bounds = [
            (int(row["lower_age"]), int(row["upper_age"]), int(row["rank"]))
            for row in rows("referential/age_classes.csv")
            if row["age_scheme"] == scheme
        ]
        # The survey is one of adults.
        assert bounds[0][0] == (18 if scheme == "coviprev" else 0) and bounds[-1][1] == 120
        assert all(upper + 1 == lower for (_, upper, _), (lower, _, _) in zip(bounds, bounds[1:], strict=False))
        assert [rank for *_, rank in bounds] == list(range(bounds[0][2], bounds[0][2] + len(bounds)))
