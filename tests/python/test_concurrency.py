"""Two runs at once: one is refused with a message. Readers of the released files never notice anything."""

from __future__ import annotations

import pytest
from daily_runs import TWO_DAYS, differing_files, two_days


@pytest.fixture(scope="module")
def observed(tmp_path_factory) -> dict:
    """A run that was competed with while someone read the releases."""
    return two_days(tmp_path_factory.getbasetemp())


def test_of_two_runs_at_once_one_is_refused_with_a_message(observed):
    assert observed["first_was_running"], "the first run was over before the second was refused"
    assert observed["rival_exit"] == 1
    message = observed["rival_output"]
    assert message.startswith("vigie: ") and len(message.splitlines()) == 1, message
    assert "`vigie run`" in message and str(observed["pid"]) in message and "Wait" in message, message


def test_the_run_that_was_competed_with_ends_well(observed):
    assert observed["exit"] == 0, observed["output"]
    assert (observed["home"] / "releases" / f"{TWO_DAYS[1]}").is_dir()


def test_a_reader_never_sees_a_missing_or_partial_file(observed):
    assert observed["faults"] == []
    assert observed["rounds"] > 10
    first, second = (str(day) for day in TWO_DAYS)
    assert set(observed["seen"]) <= {first, second} and first in observed["seen"]


def test_the_releases_differ(observed):
    # Otherwise the reader could not have noticed anything.
    assert differing_files(*(observed["home"] / "releases" / str(day) for day in TWO_DAYS))
