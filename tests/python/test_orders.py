"""What officers order: outputs held, resumed and retracted, a past release shown, a release retracted."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from pathlib import Path

import duckdb
import frictionless
import pytest
from click.testing import CliRunner
from test_gate import Warehouse, uid
from test_release import TODAY, gate, home, manifest, publish  # noqa: F401 - fixtures

from orchestration import cli
from orchestration.errors import VigieError
from orchestration.gate import reason
from orchestration.home import Home
from orchestration.incidents.events import officer, query
from orchestration.incidents.orders import hold, resume, standing_orders
from orchestration.release import latest_release, outputs, retraction
from orchestration.release.declarations import Declarations
from orchestration.release.outputs import find_output
from orchestration.release.retraction import retract_output, retract_release, roll_back
from orchestration.storage import fingerprint

WHY = "the laboratory sent the wrong day"
TOMORROW = TODAY + dt.timedelta(1)


@pytest.fixture
def obeying(home, gate, publish):  # noqa: F811
    """Release with the orders that stand, as the gate reads them."""

    def run(**options):
        gate.reasons = {
            f"model.vigie.{name}": (
                reason("retracted" if order.event == "retracted" else "by_hand", name, order.detail),
            )
            for name, order in standing_orders(home).items()
        }
        return publish(**options)

    return run


def changed(home: Home) -> None:  # noqa: F811
    with duckdb.connect(str(home.database)) as connection:
        connection.execute("update marts.cases set numerator = numerator + 1")


def statuses(release: Path) -> dict[str, dict[str, str]]:
    with open(release / "open_data" / "status.csv", encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file, delimiter=";")}


def files_of(release: Path, name: str) -> dict[str, bytes]:
    folder = release / "open_data"
    found = (p for pattern in (f"{name}.*", f"{name}/*") for p in folder.glob(pattern) if p.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in found}


# ------------------------------------------------------------------ hold and resume


def test_an_output_held_by_hand_is_held_by_the_gate_with_its_group(built_gate):
    verdicts = {uid_: v for uid_, v in built_gate.verdicts.items() if not v.open}
    assert set(verdicts) == {uid("tests_level"), uid("tests_other_level")}
    [by_hand] = verdicts[uid("tests_level")].reasons
    assert (by_hand.kind, by_hand.subject) == ("by_hand", "tests_level") and WHY in by_hand.detail
    assert WHY not in by_hand.fr + by_hand.en and officer() not in by_hand.fr + by_hand.en
    assert [each.kind for each in verdicts[uid("tests_other_level")].reasons] == ["group"]


@pytest.fixture
def built_gate(tmp_path):
    warehouse = Warehouse()
    warehouse.build()
    hold(Home(tmp_path), "tests_level", [], WHY, TODAY)
    gate = warehouse.gate  # noqa: F811
    gate.orders = standing_orders(Home(tmp_path))
    return gate


def test_what_is_held_keeps_its_files_through_runs_until_it_is_resumed(home, obeying):  # noqa: F811
    first = obeying()
    hold(home, "sp_dep_quot", ["sp-dep-quot"], WHY, TODAY)
    for day in (TODAY, TOMORROW):
        changed(home)
        made = obeying(today=day)
        assert files_of(made.path, "sp-dep-quot") == files_of(first.path, "sp-dep-quot")
        said = statuses(made.path)["sp-dep-quot"]
        assert (said["status"], said["since"]) == ("held", TODAY.isoformat())
        assert said["reason_fr"] == "Ces chiffres sont retenus le temps d'une vérification."
        assert not [p for p in made.path.rglob("*") if p.is_file() and WHY.encode() in p.read_bytes()]
    resume(home, "sp_dep_quot", "checked", TOMORROW)
    made = obeying(today=TOMORROW)
    assert statuses(made.path)["sp-dep-quot"]["status"] in ("ok", "late")
    assert files_of(made.path, "sp-dep-quot") != files_of(first.path, "sp-dep-quot")


def test_an_order_has_a_reason_and_is_given_once(home):  # noqa: F811
    with pytest.raises(VigieError, match="--why"):
        hold(home, "sp_dep_quot", [], "", TODAY)
    with pytest.raises(VigieError, match="Nobody holds"):
        resume(home, "sp_dep_quot", WHY, TODAY)
    hold(home, "sp_dep_quot", ["sp-dep-quot"], WHY, TODAY)
    with pytest.raises(VigieError, match="held already"):
        hold(home, "sp_dep_quot", [], "again", TODAY)
    [order] = standing_orders(home).values()
    assert (order.by, order.why, list(order.datasets)) == (officer(), WHY, ["sp-dep-quot"])


@pytest.mark.parametrize("name", ["incidence_rate", "incidence-rate-dep"])
def test_an_output_may_be_called_by_its_name_or_that_of_a_file(manifest, name):  # noqa: F811
    found = find_output(Declarations(manifest), name)
    assert found == ("incidence_rate", ["incidence-rate-dep", "incidence-rate-fra"])
    with pytest.raises(VigieError, match="is it one of .*incidence_rate"):
        find_output(Declarations(manifest), "incidence_rat")


# ------------------------------------------------------------------ retraction of an output


@pytest.mark.parametrize(
    ("output", "names"),
    [("sp_dep_quot", ["sp-dep-quot"]), ("incidence_rate", ["incidence-rate-dep", "incidence-rate-fra"])],
)
def test_what_is_retracted_leaves_every_release(home, obeying, output, names):  # noqa: F811
    obeying()
    changed(home)
    obeying()
    retract_output(home, output, names, WHY, TODAY)
    changed(home)
    releases = [home.releases / "2020-10-01", home.releases / "2020-10-01-2", obeying(today=TOMORROW).path]
    for folder in releases:
        for name in names:
            assert set(files_of(folder, name)) == {f"{name}.retracted.txt"}
            assert "ne doivent plus être utilisés" in (folder / "open_data" / f"{name}.retracted.txt").read_text()
            said = statuses(folder)[name]
            assert (said["status"], said["csv"], said["last_period"]) == ("held", "", "")
            assert said["reason_en"].startswith("These figures were retracted")
        package = json.loads((folder / "datapackage.json").read_text())
        assert not {each["name"].removesuffix("-parquet") for each in package["resources"]} & set(names)
        report = frictionless.validate(str(folder / "datapackage.json"))
        assert report.valid, report.flatten(["name", "fieldName", "type", "note"])
        facts = json.loads((folder / "release.json").read_text())
        on_disk = {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file()}
        assert set(facts["files"]) == on_disk.keys() - {"release.json"}
        for name, known in facts["files"].items():
            content = on_disk[name].read_bytes()
            assert (known["bytes"], known["sha256"]) == (len(content), hashlib.sha256(content).hexdigest()), name
        assert not [p for p in on_disk.values() if WHY.encode() in p.read_bytes()]
    assert {each["name"] for each in json.loads((releases[0] / "datapackage.json").read_text())["retracted"]} == set(
        names
    )


def test_no_page_of_any_release_shows_a_retracted_figure(home, obeying):  # noqa: F811
    made = obeying(site=True)
    index = (made.path / "methods" / "index.fr.html").read_text()
    last = next(row for row in index.split("<tr>") if "methods/incidence_rate" in row)
    figure = last.split('<td class="n">')[1].partition("<")[0]
    assert figure.strip("–")
    names = ["incidence-rate-dep", "incidence-rate-fra"]
    retract_output(home, "incidence_rate", names, WHY, TODAY)
    pages = [p for p in made.path.rglob("*.html") if p.is_file()]
    assert made.path / "places" / "index.fr.html" in pages
    assert not [p for p in made.path.rglob("*") if p.is_file() and b"incidence_rate|" in p.read_bytes()]
    assert pages and not [p.name for p in pages if figure in p.read_text() or "<svg" in p.read_text()]
    assert "ont été retirés" in (made.path / "methods" / "incidence_rate.fr.html").read_text()
    assert "were retracted" in (made.path / "methods" / "incidence_rate.en.html").read_text()
    for page, said in (("release.html", "ont été retirés"), ("status.en.html", "were retracted")):
        assert f"{', '.join(names)} : " in (made.path / page).read_text() and said in (made.path / page).read_text()
    # The others are as they were.
    assert 'href="open_data/sp-dep-quot.csv"' in (made.path / "data.html").read_text()


def test_what_is_retracted_is_published_anew_once_it_is_resumed(home, obeying):  # noqa: F811
    first = files_of(obeying().path, "sp-dep-quot")
    retract_output(home, "sp_dep_quot", ["sp-dep-quot"], WHY, TODAY)
    obeying(today=TOMORROW)
    resume(home, "sp_dep_quot", "computed anew", TOMORROW)
    made = obeying(today=TOMORROW)
    assert files_of(made.path, "sp-dep-quot") == first and statuses(made.path)["sp-dep-quot"]["status"] in (
        "ok",
        "late",
    )
    assert not list((made.path / "open_data").glob("*.retracted.txt"))


def test_a_retraction_that_was_killed_is_ended_by_the_next_release(home, obeying, monkeypatch):  # noqa: F811
    first, _ = obeying(), changed(home)
    obeying()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(retraction, "_pages_without", killed)
        with pytest.raises(KeyboardInterrupt):
            retract_output(home, "sp_dep_quot", ["sp-dep-quot"], WHY, TODAY)
    made = obeying(today=TOMORROW)
    for folder in (first.path, home.releases / "2020-10-01-2", made.path):
        assert set(files_of(folder, "sp-dep-quot")) == {"sp-dep-quot.retracted.txt"}
    assert [each["done"] for each in query(home, "select done from events where event = 'carried out'")] == [1]


def test_cells_of_a_retracted_output_leave_the_revisions(tmp_path):
    folder = tmp_path / "open_data"
    folder.mkdir()
    (folder / "revisions.csv").write_text("dataset;figure;old\nkept;P;1\ngone;P;2\n")
    duckdb.sql(f"copy (from read_csv('{folder}/revisions.csv')) to '{folder}/revisions.parquet' (format parquet)")
    assert retraction._revisions_without(tmp_path, ["gone"]) == [
        "open_data/revisions.csv",
        "open_data/revisions.parquet",
    ]
    assert (folder / "revisions.csv").read_text() == "dataset;figure;old\nkept;P;1\n"
    assert duckdb.sql(f"select dataset from '{folder}/revisions.parquet'").fetchall() == [("kept",)]
    assert retraction._revisions_without(tmp_path, ["gone"]) == []


@pytest.mark.parametrize(("previous", "told"), [("2020-10-01", False), ("2020-09-30", True)])
def test_what_came_after_a_retracted_release_tells_no_figure_of_it(tmp_path, previous, told):
    """Its revisions hold those figures as what stood before; those since another release stay."""
    (tmp_path / "open_data").mkdir()
    revisions = tmp_path / "open_data" / "revisions.csv"
    revisions.write_text("dataset;figure;old\nkept;P;7\n")
    facts = {
        "id": "2020-10-02",
        "previous": previous,
        "files": {"open_data/revisions.csv": {"bytes": 28, "sha256": ""}},
    }
    (tmp_path / "release.json").write_text(json.dumps(facts))
    (tmp_path / "datapackage.json").write_text(
        json.dumps({"resources": [{"name": "revisions", "path": "open_data/revisions.csv", "hash": "", "bytes": 28}]})
    )
    retraction._forget(tmp_path, "2020-10-01")
    assert ("7" in revisions.read_text()) is told
    if not told:
        sha256 = fingerprint(revisions)
        [resource] = json.loads((tmp_path / "datapackage.json").read_text())["resources"]
        assert (resource["bytes"], resource["hash"]) == (revisions.stat().st_size, f"sha256:{sha256}")
        written = json.loads((tmp_path / "release.json").read_text())["files"]
        assert written["open_data/revisions.csv"]["sha256"] == sha256
        assert written["datapackage.json"]["sha256"] == fingerprint(tmp_path / "datapackage.json")


# ------------------------------------------------------------------ releases


def test_a_past_release_is_shown_until_the_next_one_which_begins_from_it(home, obeying, gate):  # noqa: F811
    first = obeying()
    changed(home)
    second = obeying()
    roll_back(home, first.id, WHY, TODAY)
    assert latest_release(home.releases) == first.path and second.path.is_dir()
    hold(home, "sp_dep_quot", ["sp-dep-quot"], WHY, TODAY)
    third = obeying(today=TOMORROW)
    assert latest_release(home.releases) == third.path and third.new
    assert json.loads((third.path / "release.json").read_text())["previous"] == first.id
    assert files_of(third.path, "sp-dep-quot") == files_of(first.path, "sp-dep-quot")
    [noted] = query(home, 'select "by", why, "release" from events where event = \'rolled back\'')
    assert noted == {"by": officer(), "why": WHY, "release": first.id}


def test_classes_that_a_later_release_told_are_not_told_anew_after_a_rollback(home, obeying):  # noqa: F811
    first = obeying()
    with duckdb.connect(str(home.database)) as connection:
        connection.execute(
            "insert into marts.cases select * replace (d + 28 as d, period_end + 28 as period_end) from marts.cases"
        )
    second = files_of(obeying().path, "sg-epci")
    roll_back(home, first.id, WHY, TODAY)
    with duckdb.connect(str(home.database)) as connection:
        connection.execute(
            "create or replace view marts.sg_epci as select * replace ('[0;10[' as ti_classe) from (select "
            "geo_code as epci2020, 'ME' as nature, strftime(period_end - 6, '%Y-%m-%d-') || "
            "strftime(period_end, '%Y-%m-%d') as semaine_glissante, '0' as clage_65, '[10;20[' as ti_classe, "
            "null::varchar as tp_classe from marts.cases where geo_level = 'EPCI')"
        )
    assert files_of(obeying(today=TOMORROW).path, "sg-epci") == second


@pytest.mark.parametrize("gone", ["folder", "twin", "retracted", "shown", "never"])
def test_a_release_that_cannot_be_shown_is_refused(home, obeying, gone):  # noqa: F811
    first = obeying()
    changed(home)
    second = obeying()
    asked = {"shown": second.id, "never": "2020-01-01"}.get(gone, first.id)
    match gone:
        case "folder":
            first.path.rename(home.root / "elsewhere")
        case "twin":
            (home.archive / first.id / "release.json").unlink()
        case "retracted":
            retract_release(home, first.id, WHY, TODAY)
    said = {"twin": "keeps nothing", "retracted": "was retracted", "shown": "is shown"}.get(gone, "There is no release")
    with pytest.raises(VigieError, match=said):
        roll_back(home, asked, WHY, TODAY)
    assert latest_release(home.releases) == second.path


def test_a_release_that_is_retracted_leaves_a_notice_and_the_one_before_is_shown(home, obeying):  # noqa: F811
    first = obeying()
    changed(home)
    second = obeying()
    assert retract_release(home, second.id, WHY, TODAY) == first.id
    assert latest_release(home.releases) == first.path
    assert {p.name for p in second.path.iterdir()} == {"index.html", "retracted.txt"}
    assert "This release was retracted." in (second.path / "index.html").read_text()
    assert second.path.stat().st_mode & 0o777 == 0o755
    third = obeying()
    assert third.id == "2020-10-01-3" and json.loads((third.path / "release.json").read_text())["previous"] == first.id
    with pytest.raises(VigieError, match="retracted already"):
        retract_release(home, second.id, WHY, TODAY)


def test_a_retracted_release_can_be_chosen_in_none_after_it(home, obeying):  # noqa: F811
    first = obeying()
    changed(home)
    second = obeying()
    choices = second.path / "observatory" / "choices.json"
    choices.parent.mkdir(exist_ok=True)
    choices.write_text(json.dumps({"releases": [first.id, second.id]}))
    retract_release(home, first.id, WHY, TODAY)
    assert json.loads(choices.read_text()) == {"releases": [second.id]}


def test_the_only_release_is_not_retracted(home, obeying):  # noqa: F811
    only = obeying()
    with pytest.raises(VigieError, match="no release before"):
        retract_release(home, only.id, WHY, TODAY)
    assert latest_release(home.releases) == only.path and standing_orders(home) == {}


# ------------------------------------------------------------------ the command line


def test_the_commands_give_the_orders(home, obeying, manifest, monkeypatch):  # noqa: F811
    monkeypatch.setenv("VIGIE_HOME", str(home.root))
    monkeypatch.setattr(outputs, "manifest_path", lambda home: home.root / "target" / "manifest.json")
    first = obeying()
    changed(home)
    second = obeying()

    def call(*arguments: str) -> str:
        done = CliRunner().invoke(cli.main, [*arguments, "--why", WHY])
        assert done.exit_code == 0, done.output
        return done.output

    assert "Held       sp_dep_quot: sp-dep-quot" in call("hold", "sp-dep-quot")
    assert standing_orders(home)["sp_dep_quot"].event == "held"
    assert "Resumed    sp_dep_quot" in call("resume", "sp-dep-quot")
    assert "left every release" in call("retract", "sp_dep_quot")
    assert set(files_of(first.path, "sp-dep-quot")) == {"sp-dep-quot.retracted.txt"}
    assert f"Shown      {first.id}" in call("rollback", first.id)
    assert "Retracted  2020-10-01-2" in call("retract", second.id)
