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
    """Say what was proved, and on how many cells: what tests have recorded as `proof`, from every worker."""
    proofs = [
        line
        for report in terminalreporter.getreports("passed")
        for name, line in report.user_properties
        if name == "proof"
    ]
    if proofs:
        terminalreporter.section("what was proved")
        for line in proofs:
            terminalreporter.write_line(line)
