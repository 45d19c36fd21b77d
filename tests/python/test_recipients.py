"""Declarations of recipients: what does not hold, or asks for more than its class may have, does not compile."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner
from rendered_models import parsed_home
from small_routing import BASIS, CLASSES, NOW, RECORDS, TODAY, declarations, declared

from orchestration import cli
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.release import read_declarations
from orchestration.routing.declarations import read_classes, read_recipients, regions
from orchestration.routing.plan import plan
from orchestration.routing.telling import listed, overview
from orchestration.warehouse.project import manifest_path

EPCI = {"name": "epci", "indicator": "incidence_rate", "geo": ["EPCI"], "period": ["week"], "days": 30}
ROWS = {"name": "rows", "model": RECORDS, "fields": ["person_key", "result"], "days": 30}


def planned(tmp_path, today: dt.date = TODAY, **document):
    [recipient] = declared(tmp_path, one=document).values()
    return plan(recipient, CLASSES, declarations(), today)


def test_a_plan_says_what_a_recipient_gets(tmp_path):
    made = planned(
        tmp_path, regions=["53"], datasets=[{"name": "sp-*", "days": 7}, {"name": "sg-epci"}], figures=[EPCI]
    )
    # Of a pattern, what has places: what is of France alone is no part of a région.
    assert [(d.name, days) for d, days in made.datasets] == [
        ("sg-epci", None), ("sp-pos-heb-reg", 7), ("sp-pos-quot-dep", 7),
    ]  # fmt: skip
    assert [(each.declared.name, each.is_public) for each in made.figures] == [("epci", False)]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"class": "nobody", "figures": [EPCI]}, "no class 'nobody'"),
        ({"datasets": [{"name": "sp-pos-quot-reg"}]}, "no output 'sp-pos-quot-reg'; is it sp-pos-quot-"),
        ({"datasets": [{"name": "zz-*"}]}, "no output 'zz-*'"),
        ({"regions": ["53"], "datasets": [{"name": "sp-pos-quot-fra"}]}, "no region is cut from it"),
        ({"regions": ["53"], "figures": [{**EPCI, "indicator": "incidence"}]}, "is it incidence_rate"),
        ({"regions": ["53"], "figures": [{**EPCI, "sex": ["F"]}]}, "not within one of the breakdowns"),
        ({"regions": ["53"], "figures": [{**EPCI, "geo": ["FRA"]}]}, "France is not within its regions"),
        ({"regions": ["53"], "figures": [{**EPCI, "geo": ["COM"]}]}, "may not have COM beyond what is published"),
        ({"regions": ["53"], "figures": [{**EPCI, "geo": ["DEP"], "period": ["rolling7"]}]}, "may not have rolling7"),
        ({"figures": [EPCI]}, "its own regions alone"),
        ({"regions": ["53"], "records": [ROWS], "basis": BASIS}, "may have no rows of"),
        ({"class": "research", "records": [ROWS]}, "rows of persons need the authorisation"),
        ({"class": "research", "records": [{**ROWS, "fields": ["delivery"]}], "basis": BASIS}, "may not have delivery"),
        ({"datasets": [{"name": "sg-epci"}], "figures": [{**EPCI, "name": "sg-epci"}]}, "named twice"),
        ({"regions": ["53"], "datasets": [{"name": "s*"}], "figures": [{**EPCI, "name": "sg-epci"}]}, "has that name"),
    ],
)  # fmt: skip
def test_what_does_not_hold_or_is_more_than_the_class_may_have_does_not_compile(tmp_path, document, why):
    with pytest.raises(VigieError, match="one") as refused:
        planned(tmp_path, **document)
    assert why in str(refused.value)


def test_two_levels_below_the_departement_would_tell_each_other_s_parts(tmp_path, monkeypatch):
    wider = CLASSES["agency"].model_copy(update={"levels": ("EPCI", "COM")})
    monkeypatch.setitem(CLASSES, "agency", wider)
    with pytest.raises(VigieError, match="each other's parts"):
        planned(tmp_path, regions=["53"], figures=[EPCI, {**EPCI, "name": "com", "geo": ["COM"]}])


def test_an_agreement_that_has_ended_is_refused_on_that_day(tmp_path):
    last = BASIS["ends"] - dt.timedelta(1)
    assert planned(tmp_path, last, datasets=[{"name": "sp-*"}])
    with pytest.raises(VigieError, match="ended on 2022-01-01"):
        planned(tmp_path, BASIS["ends"], datasets=[{"name": "sp-*"}])


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"secret": "x"}, "secret: Extra inputs"),
        ({"transport": {"kind": "sftp", "host": "h", "user": "u", "path": "p"}}, "host_key: Field required"),
        ({"transport": {"kind": "folder", "path": "../elsewhere"}}, "without '..'"),
        ({"hour": "20:00"}, "the cut-off comes after the hour"),
        ({"regions": ["99"]}, "none of the code 99"),
        ({"name": "other"}, "called as its file"),
        ({"each": "region", "regions": ["53"]}, "one of each"),
        ({"datasets": None}, "it gets nothing"),
        ({"contact": "nobody"}, "contact"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_told_with_its_file_and_key(tmp_path, document, why):
    with pytest.raises(VigieError, match=r"^one\.yml") as refused:
        declared(tmp_path, one={"datasets": [{"name": "sp-*"}], **document})
    assert why in str(refused.value)


def test_one_declaration_is_a_recipient_for_each_region_at_a_place_of_its_own(tmp_path):
    of = {"datasets": [{"name": "sp-*"}], "each": "region", "title": "The agency of {place}"}
    made = declared(tmp_path, agency={**of, "transport": {"kind": "folder", "path": "outgoing/{code}"}})
    assert len(made) == 18 and made.keys() == {f"agency-{code}" for code in regions()}
    brittany = made["agency-53"]
    assert (brittany.title, brittany.regions, brittany.transport.path) == (
        "The agency of Bretagne",
        ("53",),
        "outgoing/53",
    )
    with pytest.raises(VigieError, match="one of its own"):
        declared(tmp_path, agency={**of, "transport": {"kind": "folder", "path": "outgoing"}})


@pytest.mark.parametrize("path", ["outgoing/one", "outgoing/one/two", "outgoing/one/"])
def test_nobody_gets_files_at_the_place_of_another_one_or_within_it(tmp_path, path):
    of = {"datasets": [{"name": "sp-*"}]}
    with pytest.raises(VigieError, match="one of its own"):
        declared(tmp_path, one=of, two={**of, "transport": {"kind": "folder", "path": path}})


def test_the_declared_recipients_compile_against_what_is_published():
    known, classes = read_declarations(manifest_path(parsed_home())), read_classes()
    for recipient in read_recipients().values():
        made = plan(recipient, classes, known)
        assert made.datasets or made.figures or made.records


def test_who_gets_what_is_listed_with_what_is_due_next(tmp_path):
    home, of = Home(tmp_path / "home"), {"datasets": [{"name": "sp-*"}]}
    made = declared(tmp_path / "declared", one=of, two={**of, "basis": {"text": "Gone", "ends": TODAY}})
    found = overview(home, made, CLASSES, declarations(), NOW)
    assert [(each["recipient"], each["next_due"]) for each in found] == [
        ("one", "2021-03-14T19:00+01:00"), ("two", None),
    ]  # fmt: skip
    text = listed(found)
    assert "gets 3 datasets by folder; due 2021-03-14 19:00" in text and "ended on 2021-03-14" in text


def test_the_command_lists_recipients_for_programs(tmp_path, monkeypatch):
    made = declared(tmp_path / "declared", one={"datasets": [{"name": "zz"}]})
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VIGIE_NOW", "2021-03-14T18:00")
    monkeypatch.setattr("orchestration.routing.declarations.read_recipients", lambda: made)
    monkeypatch.setattr("orchestration.routing.declarations.read_classes", lambda: CLASSES)
    monkeypatch.setattr("orchestration.release.read_declarations", lambda path: declarations())
    monkeypatch.setattr("orchestration.warehouse.project.manifest_path", lambda home: None)
    done = CliRunner().invoke(cli.main, ["recipients", "--json"])
    # A declaration that does not compile is told by the exit code too.
    assert done.exit_code == cli.FAILED
    [found] = json.loads(done.stdout)
    assert "no output 'zz'" in found["refused"] and found["gets"] == {}
