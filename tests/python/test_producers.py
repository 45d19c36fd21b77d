"""What every producer promises: the same arguments give the same bytes, and no file is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from producers import fingerprints

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate
from orchestration.simulator.engine import Engine

#: Three weeks, since some feeds send one file a week.
START, END = dt.date(2021, 3, 1), dt.date(2021, 3, 21)


@pytest.mark.parametrize("feed", FEEDS)
def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(feed, tmp_path, monkeypatch):
    # A past of years would be most of what is written.
    rates = {"history": 0.01} if "history" in FEEDS[feed].rates else {}

    def written(name: str, seed: int) -> dict[str, str]:
        simulate(Home(tmp_path / name), feed, "builtin", START, END, seed, rates, size=2_000)
        return fingerprints(tmp_path / name)

    two, other = written("two", 5), written("other", 6)
    assert two and not set(two.values()) & set(other.values())
    opened = Engine.__init__

    def on_one_thread(self, *options):
        opened(self, *options)
        self.connection.execute("set threads = 1")

    monkeypatch.setattr(Engine, "__init__", on_one_thread)
    assert written("one", 5) == two
    # Again in the same place: nothing changes. With another seed a file would be lost, so that it is refused.
    assert written("one", 5) == two
    with pytest.raises(VigieError, match="landing never loses a file"):
        written("one", 6)
