"""The site says what the files say: every number in both languages, no more of a change than its interval allows."""

import csv
import datetime as dt
import gzip
import json
import re
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import duckdb
import pytest
import uvicorn
import yaml
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.errors import VigieError
from orchestration.home import PROJECT, Home
from orchestration.release import disclosure, words
from orchestration.release.annotations import Annotation
from orchestration.release.declarations import Breakdown, Indicator, Text
from orchestration.release.methods import Figures, Page, write_methods
from orchestration.release.publication import RETRACTED
from orchestration.site import bulletins as bulletins_of
from orchestration.site import differing_files, due, write_site
from orchestration.site.build import write_assets
from orchestration.site.bulletins import take_bulletins, week_due, week_name
from orchestration.site.changes import change, told, trend_word, two_figures
from orchestration.site.known import CHOICES, INDEX, KNOWN, _appended, known_without, write_known
from orchestration.site.observatory import _part, write_observatory
from orchestration.site.open_data import ATOM, feed
from orchestration.site.outlines import OUTLINES, made_from
from orchestration.site.pages import KEY, Pages
from orchestration.site.places import places
from orchestration.site.serve import application
from orchestration.site.shown import THEMES, Shown
from tests.python.official_files import ARCHIVE
from tests.python.pdf_text import pieces
from tests.python.small_release import ID, INDICATORS, LAG, TODAY, small_release, with_communes

COMMENT = "Une **panne** a retardé les laboratoires."


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Path:
    """A release with its site, in a home in which others may stand beside it."""
    home = Home(tmp_path_factory.mktemp("home"))
    releases = home.releases
    folder = small_release(releases / ID)
    home.bulletins.mkdir()
    (home.bulletins / "2021-W09.md").write_text(COMMENT, encoding="utf-8")
    write_site(folder, None, home.bulletins)
    (releases / "latest").symlink_to(ID)
    return folder


class _Numbers(HTMLParser):
    """The numbers of a page that come from a file, with their text and the link around them; and what it points to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.numbers, self.links, self.sources, self._link, self._data = [], [], [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        held = dict(attributes)
        if tag == "a":
            self._link = held.get("href")
            self.links.append(self._link)
        self.sources += [held[name] for name in ("src", "data-src") if name in held]
        if tag == "data":
            self._data = [held["data-of"], float(held["value"]), "", self._link]

    def handle_endtag(self, tag):
        if tag == "a":
            self._link = None
        if tag == "data":
            self.numbers.append(self._data)
            self._data = None

    def handle_data(self, data):
        if self._data:
            self._data[2] += data


@cache
def _read(path: Path) -> list[list[str]]:
    """The rows of a CSV file, the first of which is its head."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter=";"))


def _pages(release: Path) -> list[Path]:
    return sorted(p for p in release.rglob("*.html") if "<main" in p.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def figures(release) -> dict[str, float]:
    """All figures of the files, by what identifies them as the pages write it."""
    key = " || '|' || ".join(f"{name}::varchar" for name in KEY)
    rows = duckdb.execute(f"select {key}, value from read_parquet('{release}/open_data/*/*.parquet')").fetchall()
    return dict(rows)


def test_every_number_of_every_page_is_that_of_its_file(release, figures):
    seen = {"fr": 0, "en": 0}
    for page in _pages(release):
        language = "en" if ".en." in page.name else "fr"
        for of, value, text, _ in _Numbers(page.read_text(encoding="utf-8")).numbers:
            assert figures[of] == value, (page, of)
            decimals = INDICATORS[of.split("|")[0]][6]
            assert text == words.number(value, language, decimals), (page, of)
            seen[language] += 1
    assert seen["fr"] > 1000 and seen["en"] > 1000


def test_each_number_of_a_bulletin_leads_to_its_row(release):
    looked_at = 0
    for page in [p for p in _pages(release) if p.parent.name in ("bulletins", "2021-W09")]:
        for of, value, _, link in _Numbers(page.read_text(encoding="utf-8")).numbers:
            if link is None:
                continue  # the figure of a week before stands beside one that leads there
            file, _, row = link.partition("#row=")
            path = page.parent / file
            held = _read(path.resolve())
            found = dict(zip(held[0], held[int(row) - 1], strict=True))
            parts = dict(zip(KEY, of.split("|"), strict=True))
            assert float(found["value"]) == value and found["period_end"] == parts["period_end"], (page, link)
            assert found.get("geo_code", "FR") == parts["geo_code"] and found["period"] == parts["period"]
            looked_at += 1
    assert looked_at > 100


def test_the_detailed_report_tells_of_all_themes_places_and_states(release):
    page = (release / "bulletins" / "report.fr.html").read_text()
    assert [each for each in ("testing", "hospital") if f'id="{each}"' not in page] == []
    of = {tuple(row.split("|")[:3]) for row in re.findall(r'data-of="([^"]+)"', page)}
    spec = bulletins_of.declared()["report"]
    shown = [name for name in spec["departements"] if name in INDICATORS]
    assert {(name, "DEP", code) for name in shown for code in places()["DEP"]} <= of
    assert page.count("<svg") == len([name for name in spec["maps"] if name in INDICATORS])
    assert "<table data-sortable>" in page and "Le plus élevé\u00a0:" in page
    states = page.partition("État des données")[2]
    assert "en retard" in states and "En retard." in states and "Taux d&#39;incidence" in states


def test_what_is_incomplete_is_not_told_as_a_fall(release):
    shown = Shown(release)
    last = shown.national["incidence_rate"].last
    assert last["period_end"] == "2021-03-09" and shown.national["incidence_rate"].days[-1] == "2021-03-12"
    front = (release / "index.html").read_text()
    assert "|2021-03-09|" in front and "|2021-03-12|" not in front


def test_what_is_final_is_complete_before_it_is_due(release, tmp_path):
    """As a wave of a survey, of which the lag holds the time until the next one: no page shows the wave before."""
    catalogue = json.loads((release / "catalogue.json").read_text())
    for each in catalogue["datasets"]:
        each["lag_days"] = 30
    (tmp_path / "catalogue.json").write_text(json.dumps(catalogue))
    for name in ("datapackage.json", "open_data"):
        (tmp_path / name).symlink_to(release / name)
    shown = Shown(tmp_path)
    assert shown.national["incidence_rate"].last["period_end"] == "2021-03-08"
    assert shown.local["DEP"]["75"]["incidence_rate"].last["period_end"] == "2021-03-08"
    of_a_past_day = shown.curves("FRA", shown.shown_of, 40, dt.date(2021, 3, 2))
    assert of_a_past_day["FR"]["incidence_rate"].last["period_end"] == "2021-03-02"
    assert _part(shown, catalogue["datasets"][0], set())["due"] == "2021-03-08"


def test_a_provisional_figure_is_not_compared(release):
    """The figures end on 12 March; the last four days are provisional, and 9 March is due."""
    curve = Shown(release).national["people_positive"]
    assert (curve.last["period_end"], curve.last["status"]) == ("2021-03-09", "provisional")
    assert (curve.sure["period_end"], curve.before["period_end"]) == ("2021-03-08", "2021-03-01")
    front = (release / "index.html").read_text()
    assert re.search(r'class="change \w+">[^<]+</span> <span class="soft">au 8\u00a0mars', front)
    note = (release / "bulletins" / "note.fr.html").read_text()
    assert "non consolidé" in note and not re.search(r"[+\u2212]\d+\u202f%", note)


def test_a_figure_that_is_missing_says_why_and_looks_like_no_number(release):
    page = next(
        text
        for code in places()["DEP"]
        if "secret statistique" in (text := (release / "places" / f"dep-{code}.fr.html").read_text())
    )
    assert '<span class="none">secret statistique</span>' in page
    zeros = [p for p in (release / "places").glob("dep-*.fr.html") if "in_hospital|DEP" in p.read_text()]
    assert zeros


def _row(value, low=None, high=None, numerator=None, period="rolling7"):
    row = {"value": value, "ci_low": low, "ci_high": high, "numerator": numerator, "period": period}
    return row | {"period_end": "2021-03-09"}


@pytest.mark.parametrize(
    ("now", "before", "unit", "count", "fr", "word"),
    [
        (_row(120, 115, 125, 5000), _row(100, 95, 105, 4000), "per 100,000 inhabitants", False, "+20\u202f%",
         "en hausse"),
        (_row(104, 95, 113, 400), _row(100, 91, 109, 390), "per 100,000 inhabitants", False, "pas d'évolution nette",
         "sans évolution nette"),
        (_row(80, 78, 82, 9000), _row(100, 98, 102, 9500), "per 100,000 inhabitants", False, "−20\u202f%", "en baisse"),
        (_row(7.2, 7, 7.4, 500), _row(5.9, 5.7, 6.1, 450), "%", False, "+1,3\u00a0pt", "en hausse"),
        (_row(12, 6, 20), _row(25, 17, 36), "people", True, "petits effectifs", ""),
        (_row(40, 30, 50, 19), _row(10, 5, 15, 5), "%", False, "petits effectifs", ""),
        (_row(1300), _row(1000), "people", True, "+30\u202f%", ""),
        (_row(1000), _row(1000), "people", True, "=", ""),
        (_row(5234, period="cumulative"), _row(4000, period="cumulative"), "people", True, "+1\u202f234", ""),
        (_row(None), _row(10), "people", True, "–", ""),
        (_row(10), None, "people", True, "–", ""),
    ],
)  # fmt: skip
def test_a_change_is_told_as_far_as_its_interval_and_its_numbers_allow(now, before, unit, count, fr, word):
    found = change(now, before, unit, count)
    assert (told(found, "fr"), trend_word(found, "fr")) == (fr, word)


@pytest.mark.parametrize(
    ("end", "before", "holiday"),
    [("2020-11-17", "2020-11-10", True), ("2020-11-24", "2020-11-17", True), ("2020-12-01", "2020-11-24", False)],
)
def test_a_change_beside_a_public_holiday_has_a_mark_and_no_word(end, before, holiday):
    """The 11th of November 2020 was a Wednesday."""
    now, then = (
        _row(value, value - 5, value + 5, 5000) | {"period_end": day} for value, day in ((120, end), (90, before))
    )
    found = change(now, then, "per 100,000 inhabitants", False)
    assert told(found, "fr") == "+33\u202f%" + ("\u00a0\u2020" if holiday else "")
    assert trend_word(found, "fr") == ("" if holiday else "en hausse")


@pytest.mark.parametrize(("amount", "shown"), [(0.44, 0.4), (9.96, 10.0), (12.4, 12), (123.4, 120), (1987, 2000)])
def test_a_percentage_has_two_significant_figures(amount, shown):
    assert two_figures(amount) == shown


@pytest.mark.parametrize(
    ("today", "week"), [("2021-03-10", "2021-W08"), ("2021-03-11", "2021-W09"), ("2021-03-17", "2021-W09")]
)
def test_the_bulletin_of_a_week_is_due_on_thursday(today, week):
    assert week_name(week_due(dt.date.fromisoformat(today))) == week


def test_a_bulletin_stays_as_it_came_out_and_equal_pages_are_linked(release, tmp_path):
    later = small_release(tmp_path / "2021-03-13")
    catalogue = json.loads((later / "catalogue.json").read_text())
    catalogue |= {"release": "2021-03-13", "today": "2021-03-13"}
    (later / "catalogue.json").write_text(json.dumps(catalogue))
    assert due(dt.date(2021, 3, 13), release) == "2021-W09" and due(dt.date(2021, 3, 18), release) == "2021-W10"
    write_site(later, release, None)
    name = "bulletins/2021-W09/national.fr.html"
    assert (later / name).samefile(release / name)
    assert (later / "data" / "incidence-rate-dep.fr.html").samefile(release / "data" / "incidence-rate-dep.fr.html")
    assert not (later / "index.html").samefile(release / "index.html")
    feed = (later / "feed.atom").read_text()
    assert feed.index("urn:vigie:release:2021-03-13") < feed.index(f"urn:vigie:release:{ID}")
    again = tmp_path / "again"
    write_site(later, target=again)
    assert differing_files(later, again) == []


def test_a_bulletin_that_is_carried_over_is_that_of_its_release_or_goes(release, tmp_path):
    """What is taken out of a release leaves the bulletins that later ones carry over, too."""
    later = tmp_path / "2021-03-13"
    week = later / "bulletins" / "2021-W09"
    week.mkdir(parents=True)
    for path in (release / "bulletins" / "2021-W09").iterdir():
        (week / path.name).write_bytes(path.read_bytes())
    (week / "national.en.html").write_text("with what was taken out")
    take_bulletins(later, "2021-03-13", release.parent)
    assert (week / "national.en.html").samefile(release / "bulletins" / "2021-W09" / "national.en.html")
    take_bulletins(later, "2021-03-13", tmp_path)
    assert not week.exists()


def test_the_site_of_a_release_is_made_again_to_the_byte_from_it_alone(release, tmp_path):
    asked = ["site", "--to", str(tmp_path)]
    told = CliRunner().invoke(main, asked, env={"VIGIE_HOME": str(release.parent.parent)})
    assert told.exit_code == 0 and f"of the release {ID} made again, 0 differ" in told.output
    assert (tmp_path / "bulletins" / "2021-W09" / "national.fr.pdf").is_file()
    refused = CliRunner().invoke(main, asked, env={"VIGIE_HOME": str(release.parent.parent)})
    assert refused.exit_code == 1 and "not empty" in refused.output
    (tmp_path / "index.html").write_text("another")
    assert differing_files(release, tmp_path) == ["index.html"]


def test_a_comment_is_shown_as_such(release):
    page = (release / "bulletins" / "2021-W09" / "national.fr.html").read_text()
    assert "Commentaire de l" in page and "<strong>panne</strong>" in page
    assert (release / "bulletins" / "2021-W09" / "national.fr.pdf").read_bytes().startswith(b"%PDF")


REFERENCE = re.compile(r"\[(\d+)\]")
NUMBER = re.compile(r"(\u2212?\d[\d\u202f.,]*)\*?$")


def test_the_paper_says_what_the_page_says(release):
    """Read out of each PDF: every number that leads to a row on the page, with its reference, and those of before."""
    papers = sorted((release / "bulletins").rglob("*.pdf"))
    assert len(papers) == 2 + 18 + 2
    numbers = 0
    for paper in papers:
        read = pieces(paper)
        told = [re.fullmatch(r"\[(\d+)\] (.+), (?:ligne|row) (\d+)", piece) for piece in read]
        references = {each[1]: (each[2], int(each[3])) for each in told if each}
        printed = Counter(
            (number[1], *references[found[1]])
            for before, piece in pairwise(read)
            # A figure that is withheld has a reference, too.
            if (found := REFERENCE.fullmatch(piece)) and (number := NUMBER.search(before))
        )
        page = _Numbers(paper.with_suffix(".html").read_text(encoding="utf-8")).numbers
        linked = [(text, link.partition("#row=")) for _, _, text, link in page if link]
        shown = Counter((text, file.partition("open_data/")[2], int(row) - 1) for text, (file, _, row) in linked)
        assert printed == shown, paper
        before = Counter(text for _, _, text, link in page if not link)
        there = Counter(re.findall(r"\u2212?\d[\d\u202f.,]*\d|\d", "\n".join(read)))
        assert before <= there, paper
        numbers += printed.total()
    assert numbers > 500


def test_no_page_asks_another_origin_and_all_links_lead_somewhere(release):
    for page in _pages(release):
        text = page.read_text(encoding="utf-8")
        parsed = _Numbers(text)
        assert not [s for s in parsed.sources if s.startswith(("http", "//"))], page
        assert "url(" not in text and "@import" not in text and "<link" not in text
        for link in parsed.links:
            if link and not link.startswith(("http", "#")):
                name, _, anchor = unquote(link).partition("#")
                target = page.parent / name
                assert target.is_file(), (page, link)
                if anchor and target.parent.name == "themes":
                    assert f'id="{anchor}"' in target.read_text(), (page, link)


def test_the_catalogue_for_programs_names_every_file(release):
    catalogue = json.loads((release / "catalogue.jsonld").read_text())
    files = {d["dcat:downloadURL"]["@id"] for each in catalogue["dcat:dataset"] for d in each["dcat:distribution"]}
    there = {str(p.relative_to(release)) for p in (release / "open_data").rglob("*") if p.is_file()}
    assert files == there - {"open_data/status.csv", "open_data/events.csv"}


def test_the_front_page_shows_themes_and_indicators_that_there_are():
    for name, theme in yaml.safe_load(THEMES.read_text(encoding="utf-8")).items():
        folder = PROJECT / "models" / "marts" / name
        assert folder.is_dir() and theme["fr"] and theme["en"]
        assert [each for each in theme["key"] if not (folder / f"{each}.sql").is_file()] == []
    models = {path.stem for path in (PROJECT / "models" / "marts").glob("*/*.sql")}
    spec = bulletins_of.declared()
    report = spec["report"]
    named = {*spec["table"], *spec["departements"], spec["map"], *report["departements"], *report["maps"]}
    assert named <= models


def test_every_region_and_departement_has_an_outline():
    outlines = json.loads(OUTLINES.read_text(encoding="utf-8"))
    for level in ("REG", "DEP"):
        drawn = {each["properties"]["code"] for each in outlines[level]}
        # The collectivities overseas have none: the table alone shows them.
        assert drawn == {code for code in places()[level] if code not in ("975", "977", "978")}


@pytest.mark.archive
def test_the_outlines_are_made_from_their_sources():
    assert json.loads(OUTLINES.read_text(encoding="utf-8")) == json.loads(json.dumps(made_from(ARCHIVE / "geo")))


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("assets/other.js", "1", "no declaration knows"),
        ("bulletins/2021-W09/rows.csv", "a;b", "no declaration knows"),
        ("bulletins/2021-W09/region-99.fr.pdf", "%PDF", "no page beside it"),
        ("bulletins/2021-W09/comment.md", "Le fichier a.csv.gz manque.", "delivery"),
        ("themes/testing.fr.html", "<p>/home/someone/lake</p>", "folder of this machine"),
    ],
)
def test_the_site_is_examined_before_it_is_shown(release, tmp_path, file, content, said):
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text(content, encoding="utf-8")
    deliveries = [{"file": "2021-03-12/a.csv.gz", "sha256": "ab"}]
    with pytest.raises(VigieError, match=said):
        disclosure.examine(tmp_path, {"resources": []}, deliveries)


def test_what_the_site_shows_may_be_shown(release):
    package = json.loads((release / "datapackage.json").read_text())
    package["resources"] += [{"path": "open_data/status.csv"}, {"path": "open_data/events.csv"}]
    disclosure.examine(release, package, [{"file": "2021-03-12/a.csv.gz", "sha256": "ab"}])


@pytest.fixture(scope="module")
def address(release):
    """The releases, served on this machine."""
    config = uvicorn.Config(application(release.parent), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def _ask(url: str, **headers: str) -> tuple[int, dict, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), b""


def test_the_server_gives_ranges_keeps_what_stays_and_shows_nothing_else(release, address):
    (release.parent / ".2021-03-13.partial").mkdir()
    (release.parent / ".2021-03-13.partial" / "index.html").write_text("not yet")
    (release.parent / ".lock").write_text("")
    name = "open_data/incidence-rate-dep.csv.gz"
    status, headers, body = _ask(f"{address}/latest/{name}", Range="bytes=0-9")
    assert status == 206 and body == (release / name).read_bytes()[:10] and "content-encoding" not in headers
    assert "no-cache" in headers["cache-control"]
    assert _ask(f"{address}/latest/{name}", **{"If-None-Match": headers["etag"]})[0] == 304
    assert "immutable" in _ask(f"{address}/{ID}/index.html")[1]["cache-control"]
    assert "Chiffres du" in _ask(f"{address}/")[2].decode()
    for hidden in (".lock", ".2021-03-13.partial/index.html", "latest/../.lock", "latest/%2e%2e/.lock"):
        assert _ask(f"{address}/{hidden}")[0] == 404


def _until(browser, condition: str) -> None:
    ends = time.monotonic() + 20
    while not browser.execute_script(f"return {condition}"):
        assert time.monotonic() < ends, condition
        time.sleep(0.05)


def test_a_walk_through_the_observatory(release, address, browser):
    browser.get(f"{address}/latest/observatory.html")
    _until(browser, "document.body.dataset.ready")
    browser.execute_script(
        "const select = document.forms.choices.i; select.value = 'positivity_rate';"
        "select.dispatchEvent(new Event('change', { bubbles: true }))"
    )
    _until(browser, "document.getElementById('caption').textContent.includes('Taux de positivité')")
    steps = browser.execute_async_script(
        "const done = arguments[0]; (async () => { const took = [];"
        "for (let n = 0; n < 30; n++) took.push(await vigieStep(n)); done(took) })()"
    )
    assert sorted(steps)[15] < 100, steps
    _until(browser, "document.querySelector('#table tbody tr')")
    browser.execute_script("document.querySelector('#table tbody tr button').click()")
    _until(browser, "location.hash.includes('k=01')")
    _until(browser, "document.getElementById('compared').textContent.includes('Ain')")
    _until(browser, "document.getElementById('csv').href.startsWith('blob:')")
    text = browser.execute_async_script(
        "const done = arguments[0]; fetch(document.getElementById('csv').href).then((a) => a.text()).then(done)"
    )
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    day = re.search(r"d=([\d-]+)", browser.current_url)[1]
    published = dict(
        duckdb.execute(
            f"select geo_code, value from read_parquet('{release}/open_data/positivity-rate-dep/*.parquet') "
            f"where period = 'rolling7' and period_end = '{day}'"
        ).fetchall()
    )
    assert len(rows) == len(places()["DEP"]) and all(float(row["value"]) == published[row["geo_code"]] for row in rows)
    kept = browser.current_url
    browser.get("about:blank")
    browser.get(kept)
    _until(browser, "document.body.dataset.ready")
    _until(browser, "document.getElementById('compared').textContent.includes('Ain')")
    assert browser.current_url == kept
    asked = browser.execute_script("return performance.getEntriesByType('resource').map((each) => each.name)")
    assert asked and all(url.startswith(address) or url.startswith("blob:") for url in asked)
    before_data = [(release / each).stat().st_size for each in ("observatory.html", "observatory/choices.json")]
    assert sum(before_data) + sum(p.stat().st_size for p in (release / "assets").iterdir()) < 1_500_000


def test_a_map_of_three_years_answers_at_once(release, address, browser):
    """The CSV holds 90 days; the older ones come from the file beside the page. The legend stays on every day."""
    folder = small_release(release.parent / "2021-03-11", days=1100, names=["incidence_rate"])
    write_assets(folder, release)
    write_observatory(Pages(Shown(folder), folder), None)
    browser.get(f"{address}/2021-03-11/observatory.html#i=incidence_rate&p=rolling7")
    _until(browser, "document.body.dataset.ready")
    assert browser.execute_script("return document.getElementById('slider').max") == "1099"
    took = browser.execute_async_script(
        "const done = arguments[0]; (async () => { const took = [];"
        "for (let n = 0; n < 1100; n += 37) took.push(await vigieStep(n)); done(took) })()"
    )
    assert sorted(took)[len(took) // 2] < 100, took
    browser.execute_async_script("vigieStep(5).then(arguments[0])")
    _until(browser, "document.querySelector('#table tbody tr data')")
    day = re.search(r"d=([\d-]+)", browser.execute_script("return location.hash"))[1]
    _until(browser, f"document.getElementById('csv').download.includes('{day}')")
    shown = browser.execute_script("return document.querySelector('#table tbody tr data').value")
    published = duckdb.execute(
        f"select value from read_parquet('{folder}/open_data/incidence-rate-dep/*.parquet') "
        f"where period = 'rolling7' and period_end = '{day}' and geo_code = '01'"
    ).fetchall()
    assert [(float(shown),)] == published


@pytest.fixture(scope="module")
def past(release) -> list[Path]:
    """Releases of three more days with their observatory, each after the one before: later ones change figures of which
    those before told; one indicator is published from 14 March on."""
    found = [release]
    for day in (13, 14, 15):
        names = ["incidence_rate", "in_hospital", *(["people_positive"] if day > 13 else [])]
        folder = small_release(release.parent / f"2021-03-{day}", names=names, today=dt.date(2021, 3, day))
        write_assets(folder, release)
        write_observatory(Pages(Shown(folder), folder), found[-1], found[-1])
        found.append(folder)
    return found


def _figures(folder: Path, name: str) -> set[tuple]:
    """The figures of a series of a release, of all sexes and ages."""
    return set(
        duckdb.execute(
            "select geo_code, period, period_end::varchar, value, ci_low, ci_high, status "
            f"from read_parquet('{folder}/open_data/{name}/*.parquet')"
        ).fetchall()
    )


def _rebuilt(last: Path, name: str, release: str) -> list[tuple]:
    """The figures of a series as known in a past release, from the files of the last one alone."""
    told = f"read_csv('{last}/{KNOWN}/{name}/*.csv.gz', delim = ';', all_varchar = true)"
    return duckdb.execute(
        f"""
        with before as (
            select * replace (period_end::date as period_end) from {told} where release > '{release}'
            qualify row_number() over (partition by geo_code, period, period_end order by release) = 1
        ), now as (
            from read_parquet('{last}/open_data/{name}/*.parquet')
            anti join before using (geo_code, period, period_end)
        )
        select geo_code, period, period_end::varchar, value, ci_low, ci_high, status from now
        union all
        select geo_code, period, period_end::varchar, value::double, ci_low::double, ci_high::double, status
        from before where status is not null
        """
    ).fetchall()


@pytest.mark.parametrize("name", ["incidence-rate-dep", "incidence-rate-fra", "in-hospital-reg"])
def test_what_was_known_is_what_the_older_release_had(past, name):
    for older in past[:-1]:
        rebuilt = _rebuilt(past[-1], name, older.name)
        assert set(rebuilt) == _figures(older, name) and len(rebuilt) == len(set(rebuilt))
        days = {row[2] for row in rebuilt}
        assert {row for row in _figures(past[-1], name) if row[2] in days} != set(rebuilt)


def test_what_is_told_of_before_is_added_to_and_nothing_of_it_is_written_again(past, tmp_path):
    assert gzip.decompress(_appended(_appended(b"", "a;b\n"), "1;2\n")) == b"a;b\n1;2\n"
    name = f"{KNOWN}/incidence-rate-dep/2021-03.csv.gz"
    second, third = ((folder / name).read_bytes() for folder in past[2:])
    assert third.startswith(second[:-10]) and gzip.decompress(third).startswith(gzip.decompress(second))
    assert not (past[1] / name).samefile(past[2] / name)
    pages = Pages(Shown(past[2]), tmp_path)
    write_observatory(pages, None, past[2])
    assert (tmp_path / name).samefile(past[2] / name)
    assert differing_files(past[2], tmp_path) == []


def test_a_release_that_was_retracted_is_not_offered(past, tmp_path):
    for folder in past[1:]:
        (tmp_path / folder.name).symlink_to(folder)
    retracted = tmp_path / past[0].name
    retracted.mkdir()
    (retracted / RETRACTED).write_text("")
    (tmp_path / "new").mkdir()
    catalogue = json.loads((past[-1] / "catalogue.json").read_text()) | {"release": "2021-03-16"}
    shown = Shown(past[-1])
    shown.catalogue, shown.header = catalogue, shown.header | {"release_id": "2021-03-16"}
    (tmp_path / "new" / KNOWN).mkdir(parents=True)
    assert write_known(shown, tmp_path / "new", tmp_path / past[-1].name, []) == [
        "2021-03-13", "2021-03-14", "2021-03-15", "2021-03-16"
    ]  # fmt: skip


def test_the_figures_of_a_retracted_release_are_in_none_after_it(past, tmp_path):
    """Nor may it be chosen; those of the others come out as before, and the older ones keep their bytes."""
    first, retracted, following = past[:3]
    last, name = shutil.copytree(past[-1], tmp_path / past[-1].name), "incidence-rate-dep"
    own = _figures(retracted, name) - _figures(first, name) - _figures(following, name)
    known = last / KNOWN / name / "2021-03.csv.gz"
    bytes_before = (past[-1] / KNOWN / name / "2021-03.csv.gz").read_bytes()
    assert own and own <= set(_rebuilt(last, name, retracted.name))
    written = known_without(last, retracted.name)
    assert {CHOICES, str(known.relative_to(last))} <= set(written)
    assert not own & set(_rebuilt(last, name, retracted.name))
    for other in (first, following):
        assert set(_rebuilt(last, name, other.name)) == _figures(other, name)
    assert json.loads((last / CHOICES).read_text())["releases"] == [first.name, following.name, last.name]
    assert known_without(last, retracted.name) == []
    assert (past[-1] / KNOWN / name / "2021-03.csv.gz").read_bytes() == bytes_before


def test_the_observatory_shows_what_was_known_on_a_day(past, address, browser):
    """Map, table and download are those of then; the address keeps the choice."""
    browser.get(f"{address}/2021-03-15/observatory.html#i=incidence_rate&p=rolling7&r={ID}&d=2021-03-09&k=01")
    _until(browser, "document.body.dataset.ready && document.getElementById('csv').href.startsWith('blob:')")
    assert browser.execute_script("return document.forms.choices.r.value") == ID
    assert browser.execute_script("return document.getElementById('slider').max") == str(40 - 1)
    assert "tel que connu le 12 mars 2021" in browser.execute_script(
        "return document.getElementById('day').textContent"
    )
    text = browser.execute_async_script(
        "const done = arguments[0]; fetch(document.getElementById('csv').href).then((a) => a.text()).then(done)"
    )
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    then, now = (
        {row[0]: row[3:] for row in _figures(folder, "incidence-rate-dep") if row[1:3] == ("rolling7", "2021-03-09")}
        for folder in (past[0], past[-1])
    )
    assert {(row["release"], row["status"]) for row in rows} == {(ID, "provisional")}
    for row in rows:
        assert tuple(float(row[each]) for each in ("value", "ci_low", "ci_high")) == then[row["geo_code"]][:3]
    assert then != now
    shown = browser.execute_script("return document.querySelector('#table tbody tr data').value")
    assert float(shown) == then["01"][0] != now["01"][0]
    assert f"known-{ID}" in browser.execute_script("return document.getElementById('png').download")
    browser.execute_script(
        "const select = document.forms.choices.r; select.value = '';"
        "select.dispatchEvent(new Event('change', { bubbles: true }))"
    )
    _until(browser, f"document.querySelector('#table tbody tr data').value === '{now['01'][0]:g}'")
    assert "known-" not in browser.execute_script("return document.getElementById('png').download")
    assert "r=&" in browser.current_url
    assert "tel que connu" not in browser.execute_script("return document.getElementById('day').textContent")


def test_what_was_not_published_yet_is_said_to_be_so(past, address, browser):
    assert json.loads((past[-1] / INDEX).read_text())["people-positive-dep"]["since"] == "2021-03-14"
    browser.get("about:blank")
    browser.get(f"{address}/2021-03-15/observatory.html#i=people_positive&p=rolling7&r={ID}")
    _until(browser, "document.body.dataset.ready")
    said = browser.execute_script("return document.getElementById('said').textContent")
    assert "pas de chiffre, tel que connu le 12 mars 2021" in said
    assert browser.execute_script("return document.getElementById('shown').hidden")


@pytest.fixture(scope="module")
def local(release) -> Path:
    """A release with classes of communes, and outlines of two of them."""
    folder = small_release(release.parent / "2021-03-09", names=["incidence_rate"])
    with_communes(folder)
    write_assets(folder, release)
    write_observatory(Pages(Shown(folder), folder), None)
    return folder


def _downloaded(browser) -> list[dict[str, str]]:
    text = browser.execute_async_script(
        "const done = arguments[0]; fetch(document.getElementById('csv').href).then((a) => a.text()).then(done)"
    )
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def test_the_observatory_draws_communes_of_which_there_are_outlines(local, address, browser):
    """Colours, tooltip, click, table, download and address are those of the classes of the département."""
    from selenium.webdriver import ActionChains

    browser.get(f"{address}/2021-03-09/observatory.html#i=incidence_rate&g=COM&z=01")
    _until(browser, "document.body.dataset.ready && document.querySelector('#map canvas')")
    assert not browser.execute_script("return document.getElementById('map').closest('figure').hidden")
    assert "etalab-2.0" in browser.execute_script("return document.getElementById('source').textContent")
    offered = browser.execute_script("return [...document.forms.choices.z.options].map((each) => each.value)")
    assert offered == sorted(offered) and "01" in offered and "75" in offered
    # The right half of the map is the second commune.
    canvas = browser.find_element("css selector", "#map canvas")
    browser.execute_script("arguments[0].scrollIntoView()", canvas)
    right = int(canvas.size["width"] / 4), -int(canvas.size["height"] / 8)
    ActionChains(browser).move_to_element_with_offset(canvas, *right).pause(0.2).perform()
    _until(browser, "(document.getElementById('vg-tooltip-element') || {}).textContent?.includes('[0;50[')")
    tooltip = browser.execute_script("return document.getElementById('vg-tooltip-element').textContent")
    assert "L'Abergement-de-Varey" in tooltip
    ActionChains(browser).click().perform()
    _until(browser, "location.hash.includes('k=01002')")
    _until(browser, "document.getElementById('compared').textContent.includes('Varey')")
    _until(browser, "document.querySelector('#curves-plot .mark-rule line')")
    held = {row["geo_code"]: row["value"] for row in _downloaded(browser)}
    assert held == {"01001": "[20;50[", "01002": "[0;50[", "01004": ""}
    table = "document.querySelector('#table tbody').textContent"
    assert "pas de classe" in browser.execute_script(f"return {table}")
    assert browser.execute_script("return document.getElementById('slider').max") == "1"
    assert browser.execute_script("return document.getElementById('csv').download").startswith("incidence_rate-com-01-")
    kept = browser.current_url
    browser.get("about:blank")
    browser.get(kept)
    _until(browser, "document.body.dataset.ready")
    _until(browser, "document.getElementById('compared').textContent.includes('Varey')")
    assert browser.current_url == kept


def test_places_without_outlines_are_a_table(local, address, browser):
    browser.get("about:blank")
    browser.get(f"{address}/2021-03-09/observatory.html#i=incidence_rate&g=COM&z=38")
    _until(browser, "document.body.dataset.ready && document.querySelector('#table tbody tr')")
    hidden = (
        "return ['map', 'svg', 'png', 'undrawn'].map((id) => document.getElementById(id).closest('[hidden]') !== null)"
    )
    assert browser.execute_script(hidden) == [True, True, True, False]
    told = "return [...document.querySelectorAll('#table tbody tr')].map((row) => row.textContent)"
    assert browser.execute_script(told) == ["Grenoble[50;Max]–définitif+"]
    assert [row["value"] for row in _downloaded(browser)] == ["[50;Max]"]
    asked = browser.execute_script("return performance.getEntriesByType('resource').map((each) => each.name)")
    assert not [url for url in asked if "/outlines/" in url]


@pytest.mark.parametrize(
    "page",
    [
        "index.html",
        "themes/testing.fr.html",
        "observatory.en.html",
        "places/index.fr.html",
        "places/dep-01.fr.html",
        "bulletins.html",
        "bulletins/2021-W09/national.en.html",
        "bulletins/report.fr.html",
        "data.html",
        "data/incidence-rate-dep.fr.html",
        "users.html",
    ],
)
def test_axe_finds_nothing(address, browser, page):
    from axe_core_python.selenium import Axe

    browser.get(f"{address}/latest/{page}")
    if "observatory" in page:
        _until(browser, "document.body.dataset.ready && document.querySelector('#table tbody tr')")
    found = Axe().run(browser, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []


def test_the_curves_of_a_theme_are_drawn(address, browser):
    browser.get(f"{address}/latest/themes/testing.fr.html#incidence_rate")
    line = "document.querySelector('#incidence_rate .chart .mark-line path')"
    _until(browser, f"{line} && {line}.getBoundingClientRect().width > 300")
    drawn = browser.execute_script(f"return {line}.getAttribute('d')")
    assert drawn.count("L") == 40 - 4  # one point a day, up to the last that is due


def test_events_stand_on_the_curves_of_a_theme(release, address, browser):
    """A line at each, and the days of an incident tinted."""
    page = (release / "themes" / "testing.fr.html").read_text()
    assert "1er\u00a0mars\u00a02021 – 3\u00a0mars\u00a02021\u00a0: Un incident." in page
    browser.get(f"{address}/latest/themes/testing.fr.html#incidence_rate")
    chart = "document.querySelector('#incidence_rate .chart')"
    _until(browser, f"{chart}.querySelector('.mark-rule.role-mark')")
    lines = f"return {chart}.querySelectorAll('.mark-rule.role-mark line').length"
    # The provisional days, and those of the incident.
    grounds = f"return {chart}.querySelectorAll('.mark-rect path').length"
    assert (browser.execute_script(lines), browser.execute_script(grounds)) == (2, 2)


@pytest.fixture(scope="module")
def methods(release) -> Path:
    """The page of methods of an indicator, from the files of the release."""
    texts = {
        "title": Text(fr="Taux d'incidence", en="Incidence rate"),
        "unit": Text(fr="pour 100 000", en="per 100,000"),
    }
    whole = Breakdown(geo=["FRA"], period=["rolling7"])
    indicator = Indicator(
        name="incidence_rate", source="sidep", breakdowns=[whole], definition=TODAY, lag_days=LAG, decimals=2, **texts
    )
    rows = duckdb.execute(
        "select period_start::varchar as period_start, period_end::varchar as period_end, value, ci_low, ci_high, "
        f"numerator, denominator, status from read_parquet('{release}/open_data/incidence-rate-fra/*.parquet') "
        "where period = 'rolling7' order by period_end"
    )
    names = [column[0] for column in rows.description]
    figures = Figures("rolling7", [dict(zip(names, row, strict=True)) for row in rows.fetchall()])
    days = dt.date(2021, 3, 1), dt.date(2021, 3, 3)
    happened = [Annotation(*days, "incident", "incidence_rate", "Un incident.", "An incident.")]
    page = Page(indicator, None, [], [], figures, [], [], happened)
    folder = release.parent / "2021-03-10"
    write_assets(folder, release)
    write_methods(folder, [page], {"release_id": ID, "today": TODAY, "as_of": None, "docs": False})
    return folder / "methods" / "incidence_rate.fr.html"


def test_the_curve_of_a_page_of_methods_is_drawn_from_a_file(methods, browser):
    """Without a server; until the script runs, and without one, the picture stands there."""
    html = methods.read_text()
    assert html.count("<svg") == 1 and html.index("<svg") < html.index("<script")
    assert len(html.encode()) < 40_000
    browser.get(methods.as_uri())
    _until(browser, "document.querySelector('.chart > div .mark-line path')")
    drawn = "return document.querySelector('.chart > div .mark-line path').getAttribute('d')"
    assert browser.execute_script(drawn).count("L") == 40 - 4
    grounds = "return document.querySelectorAll('.chart > div .mark-rect path').length"
    assert browser.execute_script(grounds) == 2
    _until(browser, "document.querySelector('.chart > div[role=img]')")
    label = browser.execute_script("return document.querySelector('.chart > div').getAttribute('aria-label')")
    assert label.startswith("Taux d'incidence, France")


def test_a_page_of_methods_tells_the_last_figure_that_is_due(methods):
    """As the page of the theme does: what comes after it is partial, and stands in the table and the curve."""
    head = methods.read_text().partition("<h2>")[0]
    assert "9\u00a0mars\u00a02021" in head and "12\u00a0mars" not in head


def _feed(folder: Path) -> dict[str, dict[str, str]]:
    """The entries of a feed by their id."""
    entries = ElementTree.fromstring((folder / "feed.atom").read_text()).findall(f"{{{ATOM}}}entry")
    names = ("id", "title", "updated", "summary")
    told = [{name: each.findtext(f"{{{ATOM}}}{name}") for name in names} for each in entries]
    return {each["id"]: each for each in told}


def test_incidents_and_errata_stand_in_the_feed_beside_releases(release, tmp_path):
    incident, change = "urn:vigie:incident:2021-03-01:2021-03-03", "urn:vigie:change:2021-02-20:incidence_rate"
    first = _feed(release)
    assert first[incident]["summary"] == "Un incident. Taux d'incidence, Personnes positives."
    assert first[change]["updated"] == "2021-02-20T00:00:00Z" and "Autre règle." in first[change]["summary"]
    later = small_release(tmp_path / "2021-03-13", names=["incidence_rate"], today=dt.date(2021, 3, 13))
    duckdb.execute(
        "copy (select 'people-positive-dep' as dataset, 'value' as figure, 0 as population, unnest([0, 3, -2]) as "
        f"definition) to '{later}/open_data/revisions.parquet'"
    )
    package = json.loads((later / "datapackage.json").read_text())
    package["retracted"] = [{"name": "in-hospital-dep", "since": "2021-03-12"}]
    (later / "datapackage.json").write_text(json.dumps(package))
    (later / "feed.atom").write_text(feed(Shown(later), release))
    second = _feed(later)
    assert list(second)[0] == "urn:vigie:release:2021-03-13" and f"urn:vigie:release:{ID}" in second
    assert second["urn:vigie:erratum:2021-03-13"]["summary"].startswith("2 chiffres déjà publiés ont changé")
    assert second["urn:vigie:retracted:2021-03-12"]["summary"] == "in-hospital-dep."
    # What it says of an incident that has ended is new; what has not changed is of the day on which it was told.
    assert second[incident]["updated"] == "2021-03-13T00:00:00Z" and first[incident]["updated"].startswith(ID)
    again = feed(Shown(later), later)
    assert again == (later / "feed.atom").read_text()
    events = (later / "open_data" / "events.csv").read_text().replace("Un incident.", "Réparé.")
    (later / "open_data" / "events.csv").write_text(events)
    (later / "catalogue.json").write_text((later / "catalogue.json").read_text().replace("2021-03-13", "2021-03-14"))
    (later / "feed.atom").write_text(feed(Shown(later), later))
    third = _feed(later)
    assert third[incident]["updated"].startswith("2021-03-14") and "Réparé." in third[incident]["summary"]
    assert third["urn:vigie:erratum:2021-03-13"] == second["urn:vigie:erratum:2021-03-13"]


def test_a_table_filters_and_sorts_by_the_keyboard(address, browser):
    browser.get(f"{address}/latest/data.html")
    browser.find_element("css selector", "input[name=words]").send_keys("Positivity-RATE-dep")
    _until(browser, "document.querySelector('output').textContent.startsWith('1 /')")
    browser.find_element("css selector", "thead th .sort").send_keys("\n")
    _until(browser, "document.querySelector('thead th').getAttribute('aria-sort') === 'ascending'")


def test_a_release_without_its_catalogue_has_no_site(tmp_path):
    with pytest.raises(VigieError, match="no release from which a site can be made"):
        Shown(tmp_path)


def test_today_of_the_pages_is_that_of_the_release(release):
    assert words.date(TODAY, "fr") in (release / "index.html").read_text()
