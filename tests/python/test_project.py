"""When manifest and definitions are made again: whenever the project has another state than they were made of."""

from __future__ import annotations

import os
import subprocess
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


def test_what_was_parsed_once_is_not_parsed_for_the_docs(home, monkeypatch):
    called: list[dict[str, str]] = []

    def run(command: list[str], env: dict[str, str], **_: object) -> subprocess.CompletedProcess:
        called.append(env)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.undo()
    monkeypatch.setattr(project.subprocess, "run", run)
    project._call(home, project.target(home), ["dbt", "parse"])
    (parsed := project.target(home) / "partial_parse.msgpack").touch()
    project._call(home, home.dbt / "docs", ["dbt", "docs", "generate"])
    first, docs = called
    # dbt refuses a file that is not there.
    assert "DBT_PARTIAL_PARSE_FILE_PATH" not in first
    assert docs["DBT_TARGET_PATH"] == str(home.dbt / "docs") and docs["DBT_PARTIAL_PARSE_FILE_PATH"] == str(parsed)
