"""A full disk, wherever it is noticed: nothing is lost, and what follows ends as if it had never been full.

The disk is full above a size: the system refuses to write a file beyond so many bytes, to Python and to DuckDB alike.
"""

import datetime as dt
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_feed import LATER, deliver, lines, state
from test_release import gate, home, manifest, publish  # noqa: F401 - fixtures
from test_upkeep import FORGOTTEN, erased, person, rows, where_told
from test_upkeep import home as asked  # noqa: F401 - a fixture

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import compact, erase, land, resume
from orchestration.release.publication import latest_release

SIZES = (0, 150, 600, 1_500, 4_000, 20_000)


@contextmanager
def full_above(size: int) -> Iterator[None]:
    """No file can be written beyond `size` bytes meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_a_full_disk_kept_from_landing_lands_afterwards(
    tmp_path: Path,
    contracts: dict,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The same keys in every home, so that they can be compared.
    monkeypatch.setenv("VIGIE_SECRET_FILE", str(tmp_path / "secret"))

    def delivered(name: str) -> Home:
        made = Home(tmp_path / name)
        for number in range(3):
            rows = [f"00{i:02x};F;42;2021-02-27T10:30;2021-03-05;61.5;12.50;{i * 7919}" for i in range(200)]
            os.utime(deliver(made, f"{number}.csv", lines(*rows, "x", str(number))), ns=(0, 0))
        return made

    undisturbed = delivered("undisturbed")
    land(undisturbed, LATER, contracts=contracts)
    stopped = 0
    for size in SIZES:
        struck = delivered(f"full-{size}")
        try:
            with full_above(size):
                land(struck, LATER, contracts=contracts)
        except (VigieError, OSError):
            stopped += 1
        land(struck, LATER, contracts=contracts)
        assert state(struck) == state(undisturbed), f"full above {size} bytes"
    assert stopped >= 4


@pytest.mark.parametrize("size", SIZES[1:])
def test_an_upkeep_on_a_full_disk_is_ended_afterwards(asked: Home, size: int) -> None:  # noqa: F811
    kept = [row for row in rows(asked, "raw") if row[0] != person(asked)]
    failed = 0
    with full_above(size):
        for part in (erase, compact):
            try:
                part(asked)
            except Exception:
                failed += 1
    assert failed, "the disk was not full"
    resume(asked)
    erase(asked)
    compact(asked)
    assert rows(asked, "raw") == kept
    assert erased(asked) == [(6, 6, 6)]
    told = where_told(asked, person(asked), FORGOTTEN)
    assert {Path(name).parts[:3] for name in told} == {("lake", "raw", "erasure")}


def test_a_release_on_a_full_disk_is_made_afterwards(home: Home, publish) -> None:  # noqa: F811
    """Until then the last one is shown, whole; what was begun is swept away."""
    first = publish(today=dt.date(2020, 9, 30))
    was = {path: path.read_bytes() for path in first.path.rglob("*") if path.is_file()}
    for size in (*SIZES, 60_000):
        try:
            with full_above(size):
                made = publish()
        except Exception:
            assert latest_release(home.releases) == first.path
            assert {path: path.read_bytes() for path in was} == was
        else:
            assert latest_release(home.releases) == made.path
            break
    made = publish()
    assert latest_release(home.releases) == made.path
    names = {path.name for path in home.releases.iterdir() if not path.name.startswith(".lock")}
    assert names == {"2020-09-30", made.id, "latest"}
