"""What several test modules share."""

import os

import pytest
from small_epidemic import Run, small_epidemic


@pytest.fixture(scope="session")
def run(tmp_path_factory) -> Run:
    """The small epidemic, simulated and run once; not to be changed: copy its home first."""
    return small_epidemic(tmp_path_factory.getbasetemp())


def pytest_collection_modifyitems(items):
    """Leave out what takes long unless VIGIE_LONG=1."""
    if os.environ.get("VIGIE_LONG") == "1":
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: VIGIE_LONG=1 to include it"))


def pytest_terminal_summary(terminalreporter):
    """Say what was proved, and on how many cells, and which guards were taken out: from every worker."""
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
