"""What several test modules share."""

import os

import pytest
from small_epidemic import Run, small_epidemic


@pytest.fixture(scope="session")
def run(tmp_path_factory) -> Run:
    """The small epidemic, simulated and run once; not to be changed: copy its home first."""
    return small_epidemic(tmp_path_factory.getbasetemp())


# Modules that run the whole pipeline many times over, for minutes: on request only.
LONG = {"test_as_of", "test_concurrency", "test_crash"}


def pytest_collection_modifyitems(items):
    """Leave out the long modules unless VIGIE_LONG=1."""
    if os.environ.get("VIGIE_LONG") == "1":
        return
    reason = "runs the whole pipeline many times over: VIGIE_LONG=1 to include it"
    for item in items:
        if item.module.__name__ in LONG:
            item.add_marker(pytest.mark.skip(reason=reason))


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
