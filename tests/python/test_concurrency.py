"""Two runs at once: one is refused with a message. Readers of the released files never notice anything."""

from __future__ import annotations

import pytest
from daily_runs import FIRST_DAY, SECOND_DAY, differing_files, second_day


@pytest.fixture(scope="module")
def observed(tmp_path_factory) -> dict:
    """Runs of a day, killed ones and one that was competed with, while someone read the releases."""
    return second_day(tmp_path_factory.getbasetemp())


def test_of_two_runs_at_once_one_is_refused_with_a_message(observed):
    assert observed["first_was_running"], "the first run was over before the second was refused"
    assert observed["rival_exit"] == 1
    message = observed["rival_output"]
    assert message.startswith("vigie: ") and len(message.splitlines()) == 1, message
    assert "`vigie run`" in message and str(observed["pid"]) in message and "Wait" in message, message


def test_the_run_that_was_competed_with_ends_well(observed):
    assert observed["exit"] == 0, observed["output"]
    assert (observed["home"] / "releases" / f"{SECOND_DAY}").is_dir()


def test_a_reader_never_sees_a_missing_or_partial_file(observed):
    assert observed["faults"] == []
    assert observed["rounds"] > 10
    assert observed["seen"] == [str(FIRST_DAY), str(SECOND_DAY)]


def test_the_releases_that_were_read_differ(observed):
    # Otherwise the reader could not have noticed anything.
    assert differing_files(*(observed["home"] / "releases" / str(day) for day in (FIRST_DAY, SECOND_DAY)))
