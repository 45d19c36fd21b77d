"""A release writes the months that were touched and links the rest: it holds, byte for byte, what a release made from
nothing holds, whatever has come: late rows, corrections, a month's end, a delivery withdrawn, days without any."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from daily_runs import RATES, STAY_RATES, differing_files, vigie

FIRST, LAST = date(2021, 1, 18), date(2021, 2, 6)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("by_delta") / "home"
    for feed, rates in (("sidep", RATES), ("sivic", STAY_RATES)):
        arguments = [argument for name, rate in rates.items() for argument in ("--rate", f"{name}={rate}")]
        vigie(
            home, "simulate", "--feed", feed, "--truth", "builtin", "--size", 300, "--from", FIRST, "--until", LAST,
            "--seed", 5, *arguments,
        )  # fmt: skip
    vigie(home, "run", "--today", "2021-01-29")
    return home


def latest(home: Path) -> Path:
    return (home / "releases" / "latest").resolve()


def from_nothing(home: Path, today: str) -> Path:
    """What a release is that has none before it, of the same warehouse; beside the others, and then gone."""
    kept = [home / "releases", home / "archive"]
    for folder in kept:
        folder.rename(folder.with_name(f"{folder.name}_kept"))
    (home / "releases").mkdir(mode=0o755)
    vigie(home, "release", "--today", today)
    made = home / "from_nothing"
    shutil.rmtree(made, ignore_errors=True)
    latest(home).rename(made)
    for folder in kept:
        shutil.rmtree(folder)
        folder.with_name(f"{folder.name}_kept").rename(folder)
    return made


def shared(one: Path, other: Path) -> set[str]:
    """The months of series that two releases share on the disk."""
    files = {path.relative_to(one) for path in one.glob("open_data/*/*.parquet")}
    return {file.stem for file in files if (other / file).is_file() and (one / file).samefile(other / file)}


@pytest.mark.long
@pytest.mark.parametrize(
    ("today", "withdrawn"),
    [("2021-01-31", False), ("2021-02-02", False), ("2021-02-05", True), ("2021-02-12", False)],
)
def test_a_release_by_delta_is_one_from_nothing(home, today, withdrawn):
    before = latest(home)
    if withdrawn:
        file = sorted((home / "landing" / "sivic").glob("2021-01-2*/*"))[0]
        vigie(home, "withdraw", f"sivic/{file.parent.name}/{file.name}", "--why", "of another year")
    vigie(home, "run", "--today", today)
    made = latest(home)
    assert made != before
    assert differing_files(made, from_nothing(home, today)) == []
    if today == "2021-02-12":
        assert "2021-01" in shared(made, before)
        assert "all as it was noted" in vigie(home, "check", "--deep")
