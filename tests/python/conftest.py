"""What several test modules share."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

import pytest
from drawing import SEED
from official_files import ARCHIVE, EXTRACT
from small_feed import DECLARATION, declared

from orchestration.home import Home

if TYPE_CHECKING:
    from small_epidemic import Run


@pytest.fixture(scope="session", autouse=True)
def one_manifest(tmp_path_factory) -> None:
    """All workers read one manifest, which the first that needs it makes (`rendered_models.parsed_home`)."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    os.environ.setdefault("VIGIE_PARSED_HOME", str(shared / "parsed"))


@pytest.fixture(scope="session")
def run(tmp_path_factory) -> Run:
    """The second of the daily runs, as it ended; not to be changed: copy its home first."""
    # Not at the top: each of the hundreds of processes that take a guard out reads this file.
    from daily_runs import SECOND_DAY, second_day
    from small_epidemic import Run

    return Run(second_day(tmp_path_factory.getbasetemp())["home"], SECOND_DAY)


@pytest.fixture(scope="session")
def epidemic(tmp_path_factory) -> Run:
    """The small epidemic, landed and counted; there is no release of it."""
    from small_epidemic import small_epidemic

    return small_epidemic(tmp_path_factory.getbasetemp())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(tmp_path / "home")


@pytest.fixture
def contracts(tmp_path: Path) -> dict:
    """The contract of a small feed with a column of every type."""
    return declared(tmp_path, DECLARATION)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Chromium without a window; skips where it is not installed."""
    selenium = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    binary, driver = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
    if not (binary.is_file() and driver.is_file()):
        pytest.skip("no chromium with its driver here: apt-get install chromium chromium-driver")
    options = selenium.ChromeOptions()
    options.binary_location = str(binary)
    for flag in (
        "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --window-size=1200,1000"
    ).split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    opened = selenium.Chrome(options=options, service=selenium.ChromeService(str(driver)))
    yield opened
    opened.quit()


def pytest_collection_modifyitems(items):
    """Leave out what takes long unless VIGIE_LONG=1, and what needs the archive of official files where it is not."""
    items[:] = in_turn(items)
    for item in items:
        if item.get_closest_marker("archive") and not ARCHIVE.is_dir():
            item.add_marker(pytest.mark.skip(reason=f"the archive of official files is not there: no folder {ARCHIVE}"))
        elif item.get_closest_marker("long") and os.environ.get("VIGIE_LONG") != "1":
            item.add_marker(pytest.mark.skip(reason="takes minutes: VIGIE_LONG=1 to include it"))


def in_turn(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests as workers are to take them, module by module: nobody is to wait for what another one makes.

    First the daily runs, which take the longest by far; last the modules that need them, those first of which a single
    test takes minutes; between these the others, those with most tests first.
    """
    tests = Counter(item.path for item in items)
    need = {item.path for item in items if "run" in item.fixturenames or "daily_runs" in read_by(item.module)}

    def turn(item: pytest.Item) -> tuple:
        few_and_long = item.path.stem in ("test_unattended_day", "test_as_of")
        return item.path.stem != "test_daily_runs", item.path in need, not few_and_long, -tests[item.path], item.path

    return sorted(items, key=turn)


def read_by(module: ModuleType) -> set[str]:
    """The modules from which a module has taken functions."""
    return {value.__module__ for value in vars(module).values() if isinstance(value, FunctionType)}


def archive_unused(config: pytest.Config) -> bool:
    """Whether this is CI, the archive of official files is there, and no test has passed with it."""
    if os.environ.get("CI") != "true" or not ARCHIVE.is_dir() or hasattr(config, "workerinput"):
        return False
    passed = config.pluginmanager.get_plugin("terminalreporter").getreports("passed")
    return not any("archive" in report.keywords for report in passed)


def pytest_sessionfinish(session):
    """A run of CI that could have used the archive and did not has failed."""
    if archive_unused(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    """Say what was drawn, what was proved and on how many cells, and which guards were taken out: from every worker."""
    terminalreporter.section("what was drawn")
    terminalreporter.write_line(f"VIGIE_SEED={SEED} in the environment draws the same again.")
    if archive_unused(config):
        terminalreporter.section("failed: the archive of official files was not used")
        terminalreporter.write_line(f"It is in {ARCHIVE}, and no test of those that need it has passed.")
    if not ARCHIVE.is_dir() and any("archive" in each.keywords for each in terminalreporter.getreports("skipped")):
        terminalreporter.section("official figures: proved on the extract only")
        terminalreporter.write_line(f"{EXTRACT} was used; the archive would be in {ARCHIVE}.")
    for name, title in (("proof", "what was proved"), ("guard", "guards, and the test that fails without each")):
        recorded = [
            line
            for report in terminalreporter.getreports("passed")
            for kind, line in report.user_properties
            if kind == name
        ]
        if recorded:
            terminalreporter.section(title)
            for line in recorded:
                terminalreporter.write_line(line)
