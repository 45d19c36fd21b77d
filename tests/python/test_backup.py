"""A backup: what is copied, that it is checked, and that a home set up from it is the home."""

import os

import pytest
from daily_runs import copy_of_first_day, latest, vigie
from small_feed import LATER, ROW, deliver, lines

from orchestration.backup import LIST, back_up, restore
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import land


@pytest.fixture
def kept(home, contracts, tmp_path) -> Home:
    """A home with a lake, and releases of which one shares a file with another."""
    deliver(home, "a.csv", lines(ROW))
    land(home, LATER, contracts=contracts)
    for release in ("2021-03-01", "2021-03-02"):
        (home.releases / release).mkdir(parents=True)
    (home.releases / "2021-03-01" / "a.csv").write_text("figures")
    os.link(home.releases / "2021-03-01" / "a.csv", home.releases / "2021-03-02" / "a.csv")
    (home.releases / "latest").symlink_to("2021-03-02")
    return home


def whole(home: Home) -> dict[str, bytes]:
    parts = ("landing", "lake", "releases")
    paths = (path for part in parts for path in (home.root / part).rglob("*") if path.is_file())
    return {str(path.relative_to(home.root)): path.read_bytes() for path in paths}


def test_a_home_set_up_from_a_backup_is_the_home(kept, tmp_path):
    folder = tmp_path / "backup"
    back_up(kept, folder)
    other = Home(tmp_path / "other")
    restore(folder, other)
    assert whole(other) == whole(kept)
    assert os.readlink(other.releases / "latest") == "2021-03-02"
    assert (other.releases / "2021-03-01" / "a.csv").samefile(other.releases / "2021-03-02" / "a.csv")
    assert not (other.private / "secret").exists() and not list(folder.rglob("secret"))


def test_what_has_not_changed_is_not_copied_again_and_what_went_goes(kept, tmp_path):
    folder = tmp_path / "backup"
    assert back_up(kept, folder) > 3
    assert back_up(kept, folder) == 0
    (kept.releases / "2021-03-01" / "a.csv").unlink()
    (kept.releases / "2021-03-02" / "b.csv").write_text("more")
    assert back_up(kept, folder) == 1
    assert not (folder / "releases" / "2021-03-01" / "a.csv").exists()


def test_what_two_releases_share_is_copied_once(kept, tmp_path):
    folder = tmp_path / "backup"
    back_up(kept, folder)
    (kept.releases / "2021-03-03").mkdir()
    os.link(kept.releases / "2021-03-02" / "a.csv", kept.releases / "2021-03-03" / "a.csv")
    assert back_up(kept, folder) == 0
    paths = [folder / "releases" / day / "a.csv" for day in ("2021-03-01", "2021-03-02", "2021-03-03")]
    assert paths[0].samefile(paths[1]) and paths[0].samefile(paths[2])
    # A file that is written anew leaves the copies of the others as they were.
    new = kept.releases / "2021-03-03" / "a.csv"
    new.unlink()
    new.write_text("other figures")
    assert back_up(kept, folder) == 1
    assert [path.read_text() for path in paths] == ["figures", "figures", "other figures"]


def test_a_backup_that_was_altered_restores_nothing(kept, tmp_path):
    folder = tmp_path / "backup"
    back_up(kept, folder)
    path = folder / "releases" / "2021-03-02" / "a.csv"
    status = path.stat()
    path.write_text("figureS")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    other = Home(tmp_path / "other")
    with pytest.raises(VigieError, match="a.csv of the backup is not what was copied"):
        restore(folder, other)
    assert not other.releases.exists()


def test_a_backup_has_its_place(kept, tmp_path):
    with pytest.raises(VigieError, match="lies in the home itself"):
        back_up(kept, kept.root / "backup")
    with pytest.raises(VigieError, match=f"has no {LIST}"):
        restore(tmp_path, Home(tmp_path / "other"))
    back_up(kept, tmp_path / "backup")
    with pytest.raises(VigieError, match="is not empty"):
        restore(tmp_path / "backup", kept)


@pytest.mark.long
def test_a_restored_home_goes_on_where_the_other_stood(tmp_path, tmp_path_factory):
    home, other = tmp_path / "home", tmp_path / "other"
    copy_of_first_day(tmp_path_factory.getbasetemp(), home)
    vigie(home, "backup", tmp_path / "backup")
    vigie(other, "restore", tmp_path / "backup")
    (other / "private").mkdir(exist_ok=True)
    (other / "private" / "secret").write_bytes((home / "private" / "secret").read_bytes())
    day = latest(home)
    assert "nothing has changed" in vigie(other, "run", "--today", day)
    assert "all as it was noted" in vigie(other, "check", "--deep")
