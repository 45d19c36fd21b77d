"""When manifest and definitions are made again: whenever the project has another state than they were made of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.warehouse import project

RULE = "models/rule.sql"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose project is a folder beside it, parsed once; parsing writes empty artifacts."""
    folder = tmp_path / "project"
    for source in project.SOURCES:
        path = folder / source
        if path.suffix:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("as it is")
        else:
            path.mkdir(parents=True)
    (folder / RULE).write_text("select 1")
    monkeypatch.setattr(project, "PROJECT", folder)
    monkeypatch.setattr(project, "_call", parsed)
    home = Home(tmp_path / "home")
    project.manifest_path(home)
    assert not project.changed_since_parsed(home)
    return home


def parsed(home: Home, artifacts: Path, command: list[str]) -> None:
    """What dbt leaves."""
    artifacts.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.json", "definitions.json", "static_index.html"):
        (artifacts / name).write_text("{}")


def test_an_older_file_that_comes_back_is_noticed(home):
    rule = project.PROJECT / RULE
    rule.write_text("select 2")
    os.utime(rule, (1, 1))
    assert project.changed_since_parsed(home)
    project.manifest_path(home)
    assert not project.changed_since_parsed(home)


@pytest.mark.parametrize("edit", ["more", "fewer", "moved", "definitions", "engine", "artifact"])
def test_whatever_the_artifacts_rest_on_is_noticed(home, monkeypatch, edit):
    match edit:
        case "more":
            (project.PROJECT / "macros/other.sql").write_text("")
        case "fewer":
            (project.PROJECT / RULE).unlink()
        case "moved":
            (project.PROJECT / RULE).rename(project.PROJECT / "models/other.sql")
        case "definitions":
            (project.PROJECT / "orchestration/gate").mkdir(parents=True, exist_ok=True)
            (project.PROJECT / "orchestration/gate/definitions.py").write_text("as it is not")
        case "engine":
            monkeypatch.setattr(project, "version", lambda _: "99")
        case "artifact":
            (project.target(home) / "definitions.json").unlink()
    assert project.changed_since_parsed(home)


def test_an_edit_while_the_project_is_parsed_is_noticed(home, monkeypatch):
    def edited(*arguments) -> None:
        (project.PROJECT / RULE).write_text("select 'meanwhile'")
        parsed(*arguments)

    (project.PROJECT / RULE).write_text("select 3 + 4")
    with monkeypatch.context() as patched:
        patched.setattr(project, "_call", edited)
        project.manifest_path(home)
    assert project.changed_since_parsed(home)


def test_the_docs_are_made_again_with_the_project(home, monkeypatch):
    calls: list[Path] = []

    def documented(home: Home, artifacts: Path, command: list[str]) -> None:
        calls.append(artifacts)
        parsed(home, artifacts, command)

    monkeypatch.setattr(project, "_call", documented)
    project.static_docs(home)
    project.static_docs(home)
    assert len(calls) == 1
    os.utime(project.PROJECT / RULE, (1, 1))
    project.static_docs(home)
    assert len(calls) == 2
