"""What several test modules share."""

import pytest
from small_epidemic import Run, small_epidemic


@pytest.fixture(scope="session")
def run(tmp_path_factory) -> Run:
    """The small epidemic, simulated and run once; not to be changed: copy its home first."""
    return small_epidemic(tmp_path_factory.getbasetemp())
