"""Changes of the project, as an analyst would make them, in a copy of the tree that is a repository of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from guards import LEFT_OUT, REPOSITORY

TESTING = "models/marts/testing"
OPEN_DATA = "models/marts/open_data"


@dataclass(frozen=True)
class Changed:
    """A copy of the tree, of which `HEAD` is the tree as it is here."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Changed:
        """A copy in `folder`."""
        shutil.copytree(REPOSITORY, folder, ignore=LEFT_OUT)
        tree = cls(folder)
        tree.git("init", "--quiet", "--initial-branch", "main")
        tree.git("add", "--all")
        tree.git("-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "--quiet", "--message", "base")
        return tree

    def git(self, *words: str) -> None:
        """Call git in the tree."""
        subprocess.run(["git", *words], cwd=self.folder, check=True, capture_output=True)

    def clean(self) -> None:
        """Take all changes back."""
        self.git("checkout", "--quiet", "--", ".")
        self.git("clean", "--quiet", "--force", "-d")

    def replace(self, path: str, old: str, new: str) -> None:
        """Write another text into a file, in which the old one stands once."""
        text = (self.folder / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} holds {text.count(old)} times: {old}"
        (self.folder / path).write_text(text.replace(old, new), encoding="utf-8")

    def vigie(self, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call the command line of this tree on a home."""
        environment = {**os.environ, "VIGIE_HOME": str(home), "PYTHONPATH": str(self.folder)}
        command = [sys.executable, "-m", "orchestration.cli", *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def difference(self, home: Path, code: int) -> dict:
        """What `vigie diff` finds, as JSON; it must end with that exit code."""
        done = self.vigie(home, "diff", "--base", "HEAD", "--format", "json")
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)


def new_indicator(tree: Changed) -> None:
    """The share of RT-PCR tests, beside that of antigenic ones."""
    for suffix in ("sql", "md"):
        text = (tree.folder / TESTING / f"antigenic_share.{suffix}").read_text(encoding="utf-8")
        text = text.replace("antigenic_share", "rt_pcr_share").replace("antigenic-share", "rt-pcr-share")
        text = text.replace("'antigenic_tests', 'tests'", "'tests - antigenic_tests', 'tests'")
        (tree.folder / TESTING / f"rt_pcr_share.{suffix}").write_text(text, encoding="utf-8")
    named = """  - name: rt_pcr_share
    description: "{{ doc('rt_pcr_share') }}"
    columns: *contract
    data_tests:
      - sound_indicator: {name: rt_pcr_share_sound, arguments: {calendar: ref('int_testing__calendar')}}
"""
    tree.replace("models/marts/_indicators.yml", "  - name: cumulative_cases\n", f"{named}  - name: cumulative_cases\n")


def typo_in_a_rate(tree: Changed) -> None:
    """The testing rate counts tests in the place of people."""
    old = "then tested::double end as numerator"
    tree.replace(f"{TESTING}/testing_rate.sql", old, "then tests::double end as numerator")


def refactoring(tree: Changed) -> None:
    """A CTE has another name, and a filter stands where it is read."""
    path = f"{TESTING}/unlocated_tests_share.sql"
    tree.replace(path, "unlocated as (", "without_place as (")
    tree.replace(path, "unlocated.tests::double", "without_place.tests::double")
    tree.replace(path, "inner join unlocated using", "inner join without_place using")


def renamed_column(tree: Changed) -> None:
    """The population of a file in an official layout is called otherwise."""
    tree.replace(f"{OPEN_DATA}/sp_fra_quot.sql", "        pop,\n", "        pop as population,\n")
    path = tree.folder / OPEN_DATA / "_open_data__models.yml"
    head, name, tail = path.read_text(encoding="utf-8").partition("  - name: sp_fra_quot\n")
    path.write_text(head + name + tail.replace("{name: pop,", "{name: population,", 1), encoding="utf-8")


def dated_definition(tree: Changed) -> None:
    """The share of symptomatic is of all cases, from a day on that is told."""
    path = f"{TESTING}/symptomatic_share.sql"
    tree.replace(path, "'cases_symptomatic', 'cases_symptomatic + cases_asymptomatic'", "'cases_symptomatic', 'cases'")
    tree.replace(path, "'definition': '2020-12-08'", "'definition': '2021-03-01'")
    told = "{'date': '2021-03-01', 'fr': \"Parmi tous les cas.\", 'en': 'Among all cases.'}"
    tree.replace(path, "    'changes': [{", f"    'changes': [{told}, {{")


def local_numbers(tree: Changed) -> None:
    """A file of the cases of communes."""
    texts = "{'fr': 'Cas par commune', 'en': 'Cases by commune'}"
    (tree.folder / OPEN_DATA / "cases_by_commune.sql").write_text(
        "{% set dataset = {'name': 'cases-by-commune', 'title': "
        + texts
        + ", 'description': "
        + texts
        + ", 'source': 'sidep', 'order_by': ['com', 'semaine'], 'fresh_by': '19:00', 'lag_days': 3} %}\n"
        "{{ declare_dataset(dataset) }}\n"
        "with cases_by_commune as (\n"
        "    select geo_code as com, strftime(period_end, '%G-S%V') as semaine, sum(cases)::integer as cas\n"
        "    from {{ ref('int_testing__local_cube') }}\n"
        "    where geo_level = 'COM' and period = 'week' and age_scheme = 'all' and geo_code <> 'unknown'\n"
        "    group by all\n"
        ")\n"
        "select * from cases_by_commune\n",
        encoding="utf-8",
    )


def local_breakdown(tree: Changed) -> None:
    """The testing rate of communes, as a number."""
    old = "'open_data': usual_files('testing-rate'),"
    slice_ = "[{'name': 'testing-rate-com', 'geo': ['COM'], 'period': ['week'], 'sex': ['all'], 'age': ['all']}]"
    tree.replace(f"{TESTING}/testing_rate.sql", old, f"'open_data': usual_files('testing-rate') + {slice_},")


CHANGES: dict[str, Callable[[Changed], None]] = {
    change.__name__: change
    for change in (new_indicator, typo_in_a_rate, refactoring, renamed_column, dated_definition, local_numbers)
}
