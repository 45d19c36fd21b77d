"""What an analyst is shown and given, without a warehouse: lines of files, sparklines, the shapes of new indicators."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from types import SimpleNamespace

import click
import duckdb
import pytest
from click.testing import CliRunner

from orchestration.analyst import commands, scratch
from orchestration.analyst.figures import view_of
from orchestration.analyst.new import MARTS, SHAPES, Asked, refuse_figures, sql_of, themes, unwritten, with_lines
from orchestration.analyst.places import line_in, marked, place_of
from orchestration.analyst.preview import declared_otherwise, without_dead_links
from orchestration.analyst.terminal import sparkline, sql_shown, table
from orchestration.cli import main
from orchestration.errors import VigieError
from orchestration.home import PROJECT
from orchestration.release.declarations import Indicator, Layout, Text
from orchestration.release.open_data import datasets, form_of
from orchestration.release.policy import publishing
from orchestration.storage import locked

MODEL = """{% set a = {
    'b': 1,
} %}
with x as (
    -- What is own.
    {{ called(
        1
    ) }}
),
y as (select 1)
select * from x"""


def test_lines_are_known_again_in_what_was_compiled():
    """Of what a macro makes, the line on which it is called."""
    told = marked(MODEL)
    assert "'b': 1,\n" in told and "called(\n" in told
    compiled = told.split("%}", 1)[1].replace("{{ called(\n        1\n    ) }}", "select\n    2\n    as two")
    lines = compiled.split("\n")
    found = {lines[n - 1].split("/*")[0].strip(): line_in(compiled, n) for n in range(1, len(lines) + 1)}
    assert found["with x as ("] == (4, False)
    assert found["-- What is own."] == (5, False)
    assert {found[made] for made in ("select", "2", "as two")} == {(6, True)}
    assert found["y as (select 1)"] == (10, False)
    assert found["select * from x"] == (11, False)


def test_sql_that_is_shown_keeps_its_words():
    told = marked("with x as (\n    select 1\n)\nselect * from x")
    assert sql_shown("none.sql", told, str.upper) == [
        "WITH X AS (  -- :1",
        "    SELECT 1",
        ")",
        "SELECT * FROM X",
    ]


@pytest.mark.parametrize(
    "values, drawn",
    [([1, 2, 3], "▁▅█"), ([1, None, 2], "▁ █"), ([5, 5], "▁▁"), ([], ""), ([None], " "), ([-1, 0, 6], "▁▂█")],
)
def test_sparklines(values, drawn):
    assert sparkline(values) == drawn


def test_columns_are_aligned():
    assert table(["a", "b"], [["1", "x"], ["10", "y"]], left=("b",)) == ["   a   b", "   1   x", "  10   y"]


def test_each_shape_can_be_begun():
    """The shapes are those of the macros, and each file calls its own."""
    written = (PROJECT / "macros/indicator/shapes.sql").read_text(encoding="utf-8")
    macros = {
        name: arguments.count(",")
        for name, arguments in re.findall(r"macro (\w+)_of\((theme, indicator, name.*?)\)", written)
    }
    assert set(SHAPES) == set(macros)
    for name, shape in SHAPES.items():
        assert shape.has_whole is (macros[name] > 3)
        sql = sql_of(Asked("x", "hospital", name, "a", "b" if shape.has_whole else ""), dt.date(2021, 1, 2))
        assert f"{{{{ {name}_of(hospital(), indicator, 'x', 'a'" in sql and "'definition': '2021-01-02'" in sql


def test_lines_are_put_in_their_place():
    """Among those of the theme by name, after its last one, or at the end for a theme that has none yet."""
    declared = (MARTS / "_indicators.yml").read_text(encoding="utf-8")
    for name, theme, before in (
        ("aaa", "hospital", "admissions_declared"),
        ("in_hospital_again", "hospital", "in_hospital_by_event_date"),
        ("zzz", "testing", "# Hospital stays."),
        ("zzz", "nowhere", ""),
    ):
        lines = with_lines(declared, name, theme).split("\n")
        at = lines.index(f"  - name: {name}")
        assert f"ref('int_{theme}__calendar')" in lines[at + 4]
        after = next((line for line in lines[at + 5 :] if line.strip()), "")
        assert before in after and bool(before) == bool(after)
        start = at - (2 if not before else 0)
        assert "\n".join(lines[:start] + lines[at + 5 :]) == declared


def test_no_text_of_an_indicator_is_still_to_be_written():
    files = sorted(str(path.relative_to(PROJECT)) for path in MARTS.rglob("*.sql"))
    assert len(files) > 50
    assert [place for file in files for place in unwritten(file)] == []


def test_what_the_engine_quotes_of_a_row_is_not_shown():
    """What DuckDB says of the code is told, its other errors by their kind."""
    file = "models/marts/testing/antigenic_share.sql"
    error = duckdb.ConversionException("Conversion Error: Could not convert string 'DUPONT' to INT32\n\nLINE 1: x")
    assert str(place_of(lambda: "", file, error)) == f"{file}: Conversion Error"
    error = duckdb.ParserException('Parser Error: syntax error at or near "selec"')
    assert str(place_of(lambda: "", file, error)) == f'{file}: Parser Error: syntax error at or near "selec"'


def test_nothing_is_looked_at_while_a_run_writes(home):
    home.database.parent.mkdir(parents=True)
    home.database.touch()
    with locked(home.lock, "vigie run"), pytest.raises(VigieError, match="`vigie run` .* has been writing"):
        with scratch.scratch(home, None, []):
            pass


def test_the_warehouse_of_the_home_cannot_be_written(home):
    home.database.parent.mkdir(parents=True)
    with duckdb.connect(str(home.database)) as connection:
        connection.execute("create table counted as select 1 as people")
    with scratch.connected(home) as connection:
        assert connection.execute("select people from standing.counted").fetchall() == [(1,)]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("delete from standing.counted")


LEVELS = {"FRA": "FR", "REG": "11", "METRO": "200054781", "EPCI": "200054807", "COM": "75056", "IRIS": "751010101"}


@pytest.fixture
def rate() -> Indicator:
    """An indicator that is counted at every level, by sex and two schemes of age."""
    said = {"fr": "Taux", "en": "Rate"}
    whole = {"geo": [*LEVELS], "period": ["week"], "sex": ["all", "F"], "age": ["all", "age10", "65plus"]}
    facts = {"title": said, "unit": said, "source": "sidep", "definition": "2021-01-01", "breakdowns": [whole]}
    return Indicator(name="rate", node="model.vigie.rate", **facts)


@pytest.fixture
def counted(rate: Indicator) -> Iterator[SimpleNamespace]:
    """A scratch warehouse with one figure of each level, sex and class of age."""
    with duckdb.connect() as connection:
        places = ", ".join(f"('{level}', '{code}')" for level, code in LEVELS.items())
        connection.execute(
            f"""
            create table rate as
            select
                'rate' as indicator, geo_level, geo_code, 'week' as period, date '2021-01-04' as period_start,
                date '2021-01-10' as period_end, sex, age_scheme, age_class, 'all' as stratum_scheme, 'all' as stratum,
                3.0 as numerator, 7.0 as denominator, 4.0 as value, null::double as ci_low, null::double as ci_high,
                'final' as status, '2021-01-01' as definition, '2020' as population_vintage
            from (values {places}) as places(geo_level, geo_code), (values ('all'), ('F')) as sexes(sex),
                (values ('all', 'all'), ('age10', '09'), ('65plus', '65')) as ages(age_scheme, age_class)
            """
        )
        of_classes = SimpleNamespace(name="sg-com", node="model.vigie.sg_com")
        declared = SimpleNamespace(layouts=[of_classes], columns=lambda node: {"com": {}, "ti_classe": {}})
        yield SimpleNamespace(
            connection=connection,
            relation=lambda node: "rate",
            compiled=SimpleNamespace(project=SimpleNamespace(declarations=declared)),
        )


@pytest.mark.parametrize(
    "asked",
    [
        {"geo": "COM:75056"}, {"geo": "75056"}, {"geo": "EPCI:200054807"}, {"geo": "IRIS:751010101", "by": "sex"},
        {"geo": "COM", "by": "geo"}, {"geo": "IRIS", "by": "geo"}, {"geo": "METRO:200054781", "by": "age10"},
    ],
)  # fmt: skip
def test_no_number_is_shown_that_may_not_be_told(rate, counted, asked):
    """Whoever looks; where there are classes is said in its place."""
    with pytest.raises(VigieError, match=r"`disclosure.exact` of dbt_project.yml.* Classes of rates are in sg-com\."):
        view_of(counted, rate, **asked)


def test_what_may_be_told_is_shown(rate, counted):
    """By default too: where only the communes are besides France, no place is shown of them."""
    for asked, place in (
        ({}, "FRA:FR"), ({"geo": "11"}, "REG:11"), ({"geo": "METRO:200054781", "by": "age"}, "METRO:200054781"),
        ({"by": "geo"}, "REG"), ({"geo": "METRO", "by": "geo"}, "METRO"),
    ):  # fmt: skip
        assert view_of(counted, rate, **asked).place == place
        assert view_of(counted, rate, **asked).rows
    local = rate.model_copy(update={"breakdowns": [rate.breakdowns[0].model_copy(update={"geo": ["COM", "FRA"]})]})
    assert view_of(counted, local, by="geo").place == "FRA"


FORMS = {"decimals": 0, "figures": ["value"]}
TEXTS = {"unit": {"fr": "%", "en": "%"}, "title": {"fr": "Autre taux", "en": "Other rate"}}


def test_what_is_declared_otherwise_is_found_without_sql(rate, home, monkeypatch):
    """Against the last release: texts, decimals, how files are written; nothing where all is as it was."""
    files = [{"name": "rate-fra", "geo": ["FRA"], "period": ["week"]}]
    rate = Indicator(**{**rate.model_dump(), "open_data": files})
    said = {"fr": "Fichier", "en": "File"}
    facts = {"title": said, "description": said, "source": "sidep", "order_by": ["jour"], "node": "model.vigie.file"}
    file = Layout(name="file", **facts)

    def declared(indicator: Indicator = rate, layout: Layout = file, text: str = "Texte") -> SimpleNamespace:
        return SimpleNamespace(indicators=[indicator], layouts=[layout], prose=lambda each: Text(fr=text, en="Text"))

    release, twin = home.releases / "2021-01-10", home.archive / "2021-01-10"
    for folder in (release, twin):
        folder.mkdir(parents=True)
    (home.releases / "latest").symlink_to(release.name)
    resource = {"name": "file", "title": "Fichier", "description": "Fichier", "translations": {"en": {}}}
    resource["translations"]["en"] = {"title": "File", "description": "File"}
    (release / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    [part] = [each for each in datasets(declared()) if each.slice]
    told = {"rate": {"declaration": rate.model_dump(mode="json"), "prose": {"fr": "Texte", "en": "Text"}}}
    series = {"rate-fra": {"whole": f"marks {form_of(part)}"}}
    (twin / "release.json").write_text(json.dumps({"told": told, "series": series}))

    assert declared_otherwise(declared(), home) == {}
    for key, value in FORMS.items():
        other = declared(rate.model_copy(update={key: value}))
        assert declared_otherwise(other, home) == {rate.node: [key, "form"]}
    for key, value in TEXTS.items():
        other = declared(Indicator(**{**rate.model_dump(), key: value}))
        assert declared_otherwise(other, home) == {rate.node: [key]}
    assert declared_otherwise(declared(text="Autre"), home) == {rate.node: ["text"]}
    change = {"date": "2021-03-01", "fr": "Autrement.", "en": "Otherwise."}
    told_of = declared(layout=Layout(name="file", changes=[change], **facts))
    assert declared_otherwise(told_of, home) == {file.node: ["description"]}
    decimals = publishing().model_copy(update={"published_decimals": 1})
    monkeypatch.setattr("orchestration.release.open_data.publishing", lambda: decimals)
    assert declared_otherwise(declared(), home) == {rate.node: ["form"]}


@pytest.fixture
def project() -> SimpleNamespace:
    """What dbt has parsed of a theme with a figure of each kind."""
    kinds = {
        "admissions": "flow", "deaths": "flow", "present": "stock", "deaths_to_date": "to_date", "patient_days": "days"
    }  # fmt: skip
    meta = {"kinds": kinds, "texts": {name: name for name in kinds}}
    return SimpleNamespace(manifest={"nodes": {"x": {"name": "int_hospital__cube", "config": {"meta": meta}}}})


@pytest.mark.parametrize(
    ("shape", "figure", "whole", "said"),
    [
        ("cumulative", "present", "", "'present' is a level at the end of a day: its shape is stock or prevalence"),
        ("cumulative", "deaths", "", "'deaths' is events: its shape is count or rate"),
        ("stock", "deaths", "", "A stock is of a level at the end of a day, and 'deaths' is events"),
        ("stock", "deaths_to_date", "", "its shape is prevalence or cumulative"),
        ("mean", "deaths", "", "A mean is of days of a level, and 'deaths' is events"),
        ("mean", "present", "", "A mean is of days of a level"),
        ("rate", "present", "", "A rate is of events or days of a level"),
        ("count", "deaths * 2", "", "'deaths \\* 2' is no figure of a theme, nor a sum"),
        ("count", "deaths * admissions", "", "is no figure of a theme, nor a sum"),
        ("share", "deaths", "admissions / 2", "is no figure of a theme, nor a sum"),
        ("share", "deaths", "present", "of figures of one kind: 'deaths' is events, 'present' is a level"),
        ("count", "deathss", "", "has no figure 'deathss'"),
    ],
)
def test_a_figure_that_is_none_of_the_shape_is_refused(project, shape, figure, whole, said):
    with pytest.raises(VigieError, match=said):
        refuse_figures(project, Asked("x", "hospital", shape, figure, whole))


@pytest.mark.parametrize(
    ("shape", "figure", "whole"),
    [
        ("count", "admissions - deaths", ""), ("count", "patient_days", ""), ("stock", "present", ""),
        ("cumulative", "deaths_to_date", ""), ("mean", "patient_days", ""), ("prevalence", "present", ""),
        ("share", "deaths", "admissions + deaths"), ("ratio", "deaths", "admissions"), ("rate", "deaths", ""),
    ],
)  # fmt: skip
def test_a_figure_of_the_shape_is_taken(project, shape, figure, whole):
    refuse_figures(project, Asked("x", "hospital", shape, figure, whole))


def test_a_wrong_figure_is_told_before_anything_more_is_asked(project, monkeypatch):
    answers = {"Theme": "hospital", "Shape": "stock", "Figure": "deaths"}
    monkeypatch.setattr(commands.click, "prompt", lambda question, **more: answers.pop(question))
    with pytest.raises(VigieError, match="A stock is of a level"):
        commands._asked(project, "x", {}, lambda line: None)
    assert not answers


def test_what_may_be_left_out_is_asked_without_brackets(project):
    runner = CliRunner()

    @click.command()
    def ask() -> None:
        commands._asked(project, "x", {"theme": "hospital", "shape": "count", "figure": "deaths"}, click.echo)

    done = runner.invoke(ask, input="\n\n\n\n")
    assert done.exit_code == 0 and "Title in French: " in done.output and "[" not in done.output


def test_a_survey_is_no_theme_of_which_an_indicator_can_be_begun():
    """It has no cube, which the shapes read."""
    assert "hospital" in themes() and "surveys" not in themes()


def test_a_preview_of_an_empty_home_leaves_it_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    done = CliRunner().invoke(main, ["preview", "incidence_rate"])
    assert done.exit_code == 1 and "no warehouse to preview on" in done.output
    assert not (tmp_path / "home").exists()


def test_a_page_of_a_preview_has_no_dead_link(tmp_path):
    """What a release has beside it is named, and not linked to."""
    (tmp_path / "rate.en.html").touch()
    alive = '<a class="x" href="rate.en.html">A</a> <a href="#files">B</a> <a href="https://example.org/">C</a>'
    assert without_dead_links(alive, tmp_path) == alive
    dead = '<a class="x" href="../index.html">Vigie</a>, <a href="docs/index.html#!/model">D</a>'
    assert without_dead_links(dead, tmp_path) == "<span>Vigie</span>, <span>D</span>"
