"""A preview is what a run would publish, made without one; what it cannot show it says with file and line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from daily_runs import FIRST_DAY, copy_of_first_day
from guards import LEFT_OUT
from rendered_models import differing

from orchestration.analyst.new import Asked, refuse_figures, refuse_name
from orchestration.analyst.preview import chosen
from orchestration.analyst.project import read_project
from orchestration.analyst.scratch import Scratch, _run_python, scratch
from orchestration.errors import VigieError
from orchestration.home import PROJECT, Home
from orchestration.release.declarations import Indicator
from orchestration.release.series import as_published, where
from orchestration.storage import fingerprint, locked

#: One of each shape, then such as have none of them, and two files in official layouts.
OUTPUTS = [
    "hospital_admissions", "in_hospital", "antigenic_share", "hospital_admission_rate", "hospital_prevalence",
    "cumulative_hospital_deaths", "in_hospital_mean", "incidence_rate", "critical_care_occupancy", "median_stay",
    "sp_dep_quot", "covid_hospit",
]  # fmt: skip
SHARE = "models/marts/testing/antigenic_share.sql"
RATE = "models/marts/testing/incidence_rate.sql"
DECLARED = "models/marts/_indicators.yml"
CUMULATIVE = "models/marts/testing/cumulative_cases.sql"
VALUE = "{{ rate_per_100k('numerator', 'denominator') }}"
KEYS = "{{ indicator_keys('cumulative_cases') }},"
DISCHARGED = "(kind = 'occurred' and what = 'discharge')::int"


#: Runs command lines, one a line of its input, as JSON: dbt and DuckDB are read once for all of them.
TERMINAL = """
import json, sys
from click.testing import CliRunner
from orchestration.cli import main
for line in sys.stdin:
    done = CliRunner().invoke(main, json.loads(line))
    print(json.dumps([done.exit_code, done.stdout, done.stderr]), flush=True)
"""


@dataclass(frozen=True)
class Said:
    """What a command line has said."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Desk:
    """A copy of the tree, to be edited, a home, to be looked at, and a process that runs the command line there."""

    tree: Path
    home: Path
    terminal: subprocess.Popen

    def vigie(self, *arguments: str, edits: tuple[tuple[str, str, str], ...] = ()) -> Said:
        """Run the command line of the copy, with edits (file, text, other text) for the time of it."""
        with self.edited(*edits):
            self.terminal.stdin.write(json.dumps(arguments) + "\n")
            self.terminal.stdin.flush()
            return Said(*json.loads(self.terminal.stdout.readline()))

    @contextmanager
    def edited(self, *edits: tuple[str, str, str]) -> Iterator[None]:
        """Edit files of the copy, each text being there once, and put them back."""
        before = {file: (self.tree / file).read_text(encoding="utf-8") for file, *_ in edits}
        try:
            for file, old, new in edits:
                text = (self.tree / file).read_text(encoding="utf-8")
                assert text.count(old) == 1, f"{file} holds {text.count(old)} times: {old}"
                (self.tree / file).write_text(text.replace(old, new), encoding="utf-8")
            yield
        finally:
            for file, text in before.items():
                (self.tree / file).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    """An analyst's desk, with some days of tests and hospital stays counted and published."""
    folder = tmp_path_factory.mktemp("desk")
    copy_of_first_day(tmp_path_factory.getbasetemp(), folder / "home")
    shutil.copytree(PROJECT, folder / "tree", ignore=LEFT_OUT, symlinks=True)
    environment = {"PYTHONPATH": str(folder / "tree"), "VIGIE_HOME": str(folder / "home"), "BROWSER": "true"}
    terminal = subprocess.Popen(
        [sys.executable, "-c", TERMINAL],
        cwd=folder / "tree",
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield Desk(folder / "tree", folder / "home", terminal)
    terminal.stdin.close()
    terminal.wait()


@pytest.mark.parametrize("fresh", [False, True], ids=["as it stands", "from the lake"])
def test_previews_are_what_the_run_has_published(desk, fresh, record_property):
    """Cell by cell, also when nothing of the warehouse is read and all is computed from the lake."""
    home = Home(desk.home)
    before = fingerprint(home.database)
    project = read_project(home)
    owners = chosen(project, OUTPUTS)
    nodes = [each.node for each in owners]
    compiled = project.compiled(nodes)
    published, cells = home.releases / "latest" / "open_data", 0
    with scratch(home, compiled, nodes, fresh) as made:
        assert bool(made.computed) is fresh
        for owner in owners:
            relation = made.made[project.manifest["nodes"][owner.node]["name"]]
            pairs = [(f"select * from {relation}", f"select * from '{published / owner.name}.parquet'")]
            if isinstance(owner, Indicator):
                pairs = [
                    (
                        f"select {as_published(owner)} from {relation} where {where(part)}",
                        f"select * from read_parquet('{published / part.name}/*.parquet')",
                    )
                    for part in owner.slices
                ]
            for previewed, released in pairs:
                assert not differing(made.connection, previewed, released), owner.name
                cells += made.connection.execute(f"select count(*) from ({released})").fetchall()[0][0]
    assert cells > 10_000
    assert fingerprint(home.database) == before
    how = "from the lake" if fresh else "on the warehouse"
    record_property("proof", f"{len(OUTPUTS)} outputs previewed {how}: {cells:,} cells as published")


@pytest.mark.long
def test_a_changed_definition_previews_what_the_next_run_publishes(desk, record_property):
    """An indicator, a macro that many share, and the rules of a theme."""
    edits = (
        (RATE, "{{ rate_per_100k(count_low(", "0.5 * {{ rate_per_100k(count_low("),
        ("macros/rates/rates.sql", "(({{ events }}) + 1) * power(", "(({{ events }}) + 2) * power("),
        ("macros/hospital/hospital.sql", f'{DISCHARGED}"', f'{DISCHARGED} * 2"'),
    )
    names, cells = ["incidence_rate", "people_positive", "discharges_home"], 0
    with desk.edited(*edits):
        pages = {}
        for name in names:
            done = desk.vigie("preview", name, "--open")
            assert re.search(r"[\d,]+ of [\d,]+ published cells differ", done.stdout), done.stdout + done.stderr
            pages[name] = desk.home.parent / f"previewed-{name}"
            shutil.copytree(desk.home / "dbt" / "preview" / "page" / "open_data", pages[name])
        for part in (["build"], ["release", "--today", str(FIRST_DAY)]):
            # Not at the desk's terminal: Dagster wants a process of its own.
            command = [sys.executable, "-m", "orchestration.cli", *part]
            environment = {**os.environ, "PYTHONPATH": str(desk.tree), "VIGIE_HOME": str(desk.home)}
            done = subprocess.run(command, cwd=desk.tree, env=environment, capture_output=True, text=True)
            assert done.returncode in (0, 3), done.stdout + done.stderr
        with duckdb.connect() as connection:
            for name, folder in pages.items():
                for series in sorted(path for path in folder.iterdir() if path.is_dir()):
                    released = desk.home / "releases" / "latest" / "open_data" / series.name
                    sides = [f"select * from read_parquet('{each}/*.parquet')" for each in (series, released)]
                    assert not differing(connection, *sides), name
                    cells += connection.execute(f"select count(*) from ({sides[0]})").fetchall()[0][0]
        assert "what was built" in desk.vigie("preview").stdout
    record_property("proof", f"three changed definitions: {cells:,} cells previewed as the next run published them")


MISTAKES = {
    "an unknown macro": (SHARE, "{{ share_of(", "{{ shar_of(", "no macro or variable 'shar_of'; .* 'share_of'"),
    "a wrong argument": (SHARE, "'tests') }}", "'tests', minimun=3) }}", "takes no keyword argument 'minimun'"),
    "an open bracket": (SHARE, "'tests') }}", "'tests' }}", "unexpected '}', expected '"),
    "an unknown theme": (SHARE, "testing()", "testin()", "no macro or variable 'testin'; did you mean 'testing'"),
    "an unknown variable": (SHARE, "(), indicator,", "(), indicateur,", "no macro or variable 'indicateur'"),
    "an unknown model": (SHARE, "from antigenic_share", "from {{ ref('nope') }}", "no model, seed or source 'nope'"),
    "an unknown value": (SHARE, "usual_breakdowns()", "plain_breakdowns(['dayy'])", "unknown value 'dayy'"),
    "an unknown key": (SHARE, "'lag_days': 3,", "'lag_days': 3, 'lag': 3,", "unknown key"),
    "a name that is published": (SHARE, "files('antigenic-share')", "files('incidence-rate')", "declared twice"),
    "an unknown figure": (SHARE, "'tests') }}", "'testss') }}", "\"testss\" not found .*share_of of macros/indicator"),
    "a syntax error": (SHARE, "select * from antigenic_share", "selec * from antigenic_share", "at or near \"selec\""),
    "an unknown column": (RATE, "    from cubes\n", "    from cubes where nope = 1\n", "\"nope\" not found"),
    "an unknown column in a call": (RATE, f"{VALUE} as", f"{VALUE.replace('ator', '', 1)} as", "\"numer\" not found"),
    "a text that is not there": (DECLARED, "doc('antigenic_share')", "doc('nope')", "no text named 'nope'"),
    "YAML that is none": (DECLARED, "- name: antigenic_share\n", "- name: antigenic_share: x\n", "mapping values"),
    "a text without end": ("models/marts/testing/antigenic_share.md", "{% enddocs %}", "", "no end"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line(desk, mistake):
    """The line is that of what was written wrong, in the analyst's file."""
    file, old, new, message = MISTAKES[mistake]
    text = (desk.tree / file).read_text(encoding="utf-8")
    line = 1 if not new else text[: text.index(old)].count("\n") + 1
    done = desk.vigie("preview", Path(RATE if file == RATE else SHARE).stem, edits=((file, old, new),))
    assert done.returncode == 1
    assert re.match(rf"vigie: {re.escape(file)}:{line}: .*{message}", done.stderr), f"{file}:{line}\n{done.stderr}"


def test_a_key_that_is_missing_is_told_where_the_declaration_begins(desk):
    done = desk.vigie("preview", "antigenic_share", edits=((SHARE, "    'fresh_by': '19:00',\n", ""),))
    assert re.match(rf"vigie: {SHARE}:1: .*key 'indicator.fresh_by': is missing", done.stderr), done.stderr


def test_a_changed_macro_previews_all_that_it_touches(desk):
    """Shares that use it, and nothing else; each with the cells that a reader will see differ."""
    edit = ("macros/rates/rates.sql", "100.0 * ({{ part }})", "99.0 * ({{ part }})")
    done = desk.vigie("preview", edits=(edit,))
    assert done.returncode == 0, done.stdout + done.stderr
    listed = set(re.search("Other than what was built: (.*)", done.stdout)[1].split(", "))
    assert {"antigenic_share", "in_hospital_fatality", "emergency_coding_rate"} <= listed
    assert not {"house_calls", "incidence_rate", "in_hospital"} & listed
    for name in ("antigenic_share", "unknown_age_share"):
        assert re.search(
            rf"^  {name}: [\d,]+ cells, [1-9][\d,]* published cells differ; \d checks passed", done.stdout, re.M
        )
    assert "what was built" in desk.vigie("preview").stdout


def test_changed_rules_of_a_theme_are_counted_anew_beside_the_warehouse(desk):
    before = fingerprint(Home(desk.home).database)
    edit = ("macros/hospital/hospital.sql", f'{DISCHARGED}"', f'{DISCHARGED} * 2"')
    shown = desk.vigie("preview", "discharges_home", "--last", "1").stdout
    twice = desk.vigie("preview", "discharges_home", "--last", "1", edits=(edit,)).stdout
    [one], [two] = (re.findall(r"^  \d{4}-\d\d-\d\d +([\d,]+)", text, re.M) for text in (shown, twice))
    assert 2 * int(one.replace(",", "")) == int(two.replace(",", "")) > 0
    assert "Computed" not in shown and "int_hospital__changes" in twice
    assert fingerprint(Home(desk.home).database) == before


def test_what_would_hold_an_indicator_is_told_and_fails(desk):
    """A test declared on it, a column that is not declared, what the release refuses."""
    for edit, said in (
        ((RATE, f"{VALUE} as value", "-1.0 as value"), "incidence_rate_sound: "),
        ((CUMULATIVE, KEYS, f"{KEYS} 1 as extra,"), "columns: extra is not declared"),
        ((CUMULATIVE, "['value', 'ci_low', 'ci_high']", "['value']"), "other values in ci_low, ci_high"),
        ((SHARE, "'source': 'sidep'", "'source': 'sidepp'"), f"texts: {SHARE}:5: 'sidepp' is no feed"),
        ((SHARE.replace(".sql", ".md"), "--- en ---", ""), "no line `--- en ---`"),
    ):
        done = desk.vigie("preview", Path(edit[0]).stem, edits=(edit,))
        assert done.returncode == 1, done.stdout + done.stderr
        assert re.search(rf"^Wrong .*{re.escape(said)}", done.stdout, re.M), done.stdout + done.stderr


def test_the_sql_is_shown_as_it_is_sent_with_the_lines_that_it_is_from(desk):
    """It can be pasted: without the hints it is what was compiled."""
    shown = desk.vigie("preview", "antigenic_share", "--sql").stdout
    sql = shown[shown.index("with antigenic_share") : shown.index("France,")]
    assert re.search(r"^    select  -- :17 share_of$", sql, re.M)
    assert re.search(r"^select \* from antigenic_share  -- :21$", sql, re.M)
    with duckdb.connect(str(Home(desk.home).database), read_only=True) as connection:
        assert len(connection.execute(f"select * from ({sql}) limit 5").fetchall()) == 5


def test_its_page_is_written_as_a_release_would(desk):
    done = desk.vigie("preview", "antigenic_share", "--open")
    page = Path(re.search(r"^Page +(.*)$", done.stdout, re.M)[1])
    other = desk.home / "releases" / "latest" / "methods" / page.name
    figure = re.compile(r'<p class="figure"><strong>.*?</p>', re.S)
    assert figure.search(page.read_text(encoding="utf-8"))[0] == figure.search(other.read_text(encoding="utf-8"))[0]


def test_a_place_and_what_divides_it_can_be_asked_for(desk):
    by_sex = desk.vigie("preview", "people_positive", "--geo", "DEP:59", "--by", "sex").stdout
    assert re.search(r"^DEP:59, rolling 7 days, by sex$", by_sex, re.M)
    assert re.findall(r"^  (\w+) +[▁▂▃▄▅▆▇█ ]+ \d{4}-", by_sex, re.M) == ["F", "M", "all", "unknown"]
    for arguments, said in (
        (["--geo", "11"], "'11' is a code of several levels: DEP:11, REG:11."),
        (["--geo", "DEP"], "DEP has many places"),
        (["--by", "colour"], "is not divided by 'colour' for FRA: it is by geo, sex, age"),
        (["--period", "wave"], "has no period 'wave'"),
    ):
        done = desk.vigie("preview", "people_positive", *arguments)
        assert done.returncode == 1 and said in done.stderr, done.stdout + done.stderr
    assert "Did you mean people_positive" in desk.vigie("preview", "people_positiv").stderr


def test_a_run_is_not_disturbed(desk):
    """While a process writes, a preview says which; while a preview looks, a run waits for it."""
    home = Home(desk.home)
    project = read_project(home)
    [owner] = chosen(project, ["antigenic_share"])
    compiled = project.compiled([owner.node])
    with locked(home.lock, "vigie run"), pytest.raises(VigieError, match="`vigie run` .*has been writing"):
        with scratch(home, compiled, [owner.node]):
            pass
    with scratch(home, compiled, [owner.node]), pytest.raises(VigieError, match="vigie preview"):
        with locked(home.lock, "vigie run", wait=0):
            pass


def test_a_new_indicator_is_whole_but_for_its_words(desk):
    """It parses and is right at once; what is left to write is told with its line, and other lines stay as they are."""
    declared = (desk.tree / DECLARED).read_text(encoding="utf-8")
    files = [desk.tree / f"models/marts/hospital/stays_ended.{kind}" for kind in ("sql", "md")]
    given = ["--theme", "hospital", "--shape", "share", "--figure", "deaths", "--whole", "discharges + deaths"]
    try:
        done = desk.vigie("new", "indicator", "stays_ended", *given)
        assert done.returncode == 0, done.stdout + done.stderr
        missing = re.findall(r"^To write +(\S+):(\d+)$", done.stdout, re.M)
        assert [(Path(file).suffix, line) for file, line in missing] == [
            (".sql", "2"),
            (".sql", "4"),
            (".md", "2"),
            (".md", "6"),
        ]
        added = [line for line in (desk.tree / DECLARED).read_text(encoding="utf-8").split("\n")]
        kept = declared.split("\n")
        at = next(n for n, line in enumerate(added) if line != kept[n])
        assert added[:at] + added[at + 5 :] == kept and "stays_ended" in added[at]
        assert kept[at - 5].split()[-1] < "stays_ended" < kept[at].split()[-1]
        done = desk.vigie("preview", "stays_ended")
        assert done.returncode == 1
        assert "nothing of it is in the release" in done.stdout and "columns, stays_ended_sound" in done.stdout
        assert re.search(
            r"^Wrong +texts: still to be written at models/marts/hospital/stays_ended.sql:2, ", done.stdout, re.M
        )
        for path in files:
            text = re.sub('À écrire.*?"|À écrire.*', 'Part."' if path.suffix == ".sql" else "Part.", path.read_text())
            text = re.sub('To be written.*?"|To be written.*', 'Share."' if path.suffix == ".sql" else "Share.", text)
            path.write_text(text, encoding="utf-8")
        done = desk.vigie("preview", "stays_ended")
        assert done.returncode == 0 and "Wrong" not in done.stdout, done.stdout + done.stderr
    finally:
        for path in files:
            path.unlink(missing_ok=True)
        (desk.tree / DECLARED).write_text(declared, encoding="utf-8")


def test_what_cannot_be_begun_is_refused(desk):
    project = read_project(Home(desk.home))
    for name, said in (
        ("Stays", "cannot name an indicator"),
        ("in_hospital", "There is a model 'in_hospital' already"),
        ("departements", "There is a seed 'departements' already"),
        ("in_critical_care", "The name 'in-critical-care-fra' is published already, by in_hospital"),
    ):
        with pytest.raises(VigieError, match=said):
            refuse_name(project, name)
    refuse_figures(project, Asked("stays", "hospital", "share", "deaths", "discharges + deaths", "20"))
    for asked, said in (
        (("hospitals", "count", "deaths"), "There is no theme 'hospitals'"),
        (("hospital", "sum", "deaths"), "There is no shape 'sum'"),
        (("hospital", "share", "deaths"), "needs a whole"),
        (("hospital", "count", "deaths", "discharges"), "has no whole"),
        (("hospital", "count", "deathss"), "has no figure 'deathss'"),
        (("hospital", "count", "deaths", "", "20"), "has no whole"),
        (("hospital", "share", "deaths", "discharges", "least"), "There is no variable 'least'"),
    ):
        with pytest.raises(VigieError, match=said):
            refuse_figures(project, Asked("stays", *asked))


def test_what_is_refused_writes_nothing(desk):
    before = {path: path.stat().st_mtime_ns for path in (desk.tree / "models").rglob("*")}
    given = ["--theme", "hospital", "--shape", "count", "--figure"]
    for arguments, said in (
        (["stays"], "Say --theme, --shape, --figure"),
        (["stays", *given, "deathss"], "has no figure 'deathss'"),
        (["in_hospital", *given, "deaths"], "There is a model 'in_hospital' already"),
    ):
        done = desk.vigie("new", "indicator", *arguments)
        assert done.returncode == 1 and said in done.stderr, done.stdout + done.stderr
    assert {path: path.stat().st_mtime_ns for path in (desk.tree / "models").rglob("*")} == before


def test_a_python_model_is_made_by_the_code_that_dbt_compiled():
    """Of the rows that it asks dbt for, under the name by which others read it."""
    code = """
class dbtObj:
    def __init__(self, load):
        self.ref = lambda name: load({"given": "memory.main.given"}[name])


def model(dbt, session):
    return dbt.ref("given").filter("n > 1")
"""
    with duckdb.connect() as connection:
        connection.execute("create table given as select unnest([1, 2, 3]) as n")
        compiled = SimpleNamespace(
            sql={"model": [code]},
            manifest={"nodes": {"model": {"original_file_path": "models/model.py"}}},
            graph=SimpleNamespace(nodes={"model": SimpleNamespace(relation="marts.made")}),
        )
        here = Scratch(connection, compiled)
        _run_python(here, "model")
        assert connection.execute(f"select n from {here.made['made']} order by n").fetchall() == [(2,), (3,)]
        compiled.sql["model"] = [code.replace("n > 1", "nobody > 1")]
        with pytest.raises(VigieError, match=r"models/model.py: the model fails: BinderException"):
            _run_python(here, "model")
