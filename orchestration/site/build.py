"""How the site of a release is made; see `write_site()`."""

import filecmp
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import vl_convert

from orchestration.release.charts import BUNDLE
from orchestration.release.files import FOLDER as OPEN_DATA
from orchestration.release.files import link
from orchestration.release.publication import PARTIAL
from orchestration.site.bulletins import take_bulletins, write_bulletins
from orchestration.site.observatory import write_observatory
from orchestration.site.open_data import write_open_data
from orchestration.site.pages import Pages, write_dashboard, write_themes
from orchestration.site.places import write_places
from orchestration.site.shown import Shown

# The folders of a release that hold nothing but the site.
SITE = ("assets", "themes", "places", "data", "observatory", "bulletins")
ASSETS = Path(__file__).with_name("assets")


def write_site(
    release: Path,
    previous: Path | None = None,
    comments: Path | None = None,
    target: Path | None = None,
    report: Callable[[str], None] = lambda step: None,
) -> None:
    """Write the site of the release in the folder `release`, which has its data, catalogue and data package.

    A file that is what the release before (`previous`) shows is a hard link to it. `comments` is where a person puts
    comments on bulletins. With `target` the site is made again there, from the release alone: what it holds of
    bulletins of releases before is taken over.
    """
    folder = target or release
    earlier = release if target else previous
    shown = Shown(release)
    pages = Pages(shown, folder)
    write_assets(folder, None if target else previous)
    write_dashboard(pages)
    write_themes(pages)
    write_places(pages)
    report("site: pages")
    write_observatory(pages, None if target else previous, earlier)
    write_bulletins(pages, earlier, comments)
    report("site: bulletins")
    write_open_data(pages, earlier)
    if previous and not target:
        link_equal(folder, previous)


def write_without(folder: Path) -> list[str]:
    """Make the pages of a published release again from what it still holds, after figures were taken out of it; gives
    the files that were written anew.

    A published file may have other names, as a hard link: what is new takes the place of the old, whose bytes are never
    touched. A bulletin of an earlier release is taken from that, where it was made again before; where that release is
    gone, the bulletin goes.
    """
    draft = folder.with_name(f".{folder.name}.site{PARTIAL}")
    shutil.rmtree(draft, ignore_errors=True)
    write_site(folder, target=draft)
    take_bulletins(draft, folder.name, folder.parent)
    for name in SITE:
        for path in sorted((folder / name).rglob("*")):
            if path.is_file() and not (draft / path.relative_to(folder)).is_file():
                path.unlink()
    written = []
    for path in sorted(p for p in draft.rglob("*") if p.is_file()):
        place = folder / path.relative_to(draft)
        if not place.is_file() or not filecmp.cmp(path, place, shallow=False):
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
            written.append(str(path.relative_to(draft)))
    shutil.rmtree(draft)
    return written


def link_equal(folder: Path, previous: Path) -> None:
    """Make a link of each page that is, byte for byte, that of the release before."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder)
        old = previous / name
        if name.parts[0] == OPEN_DATA or not old.is_file() or old.samefile(path):
            continue
        if filecmp.cmp(path, old, shallow=False):
            path.unlink()
            link(old, path)


def write_assets(folder: Path, previous: Path | None) -> None:
    """Write the scripts of the pages, and the library that draws, of the version that the environment has."""
    target = folder / "assets"
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(ASSETS.iterdir()):
        shutil.copyfile(path, target / path.name)
    if previous and (previous / BUNDLE).is_file():
        link(previous / BUNDLE, folder / BUNDLE)
    else:
        (folder / BUNDLE).write_text(_bundle(), encoding="utf-8")


@cache
def _bundle() -> str:
    """The library that draws; putting it together takes longer than all pages of a small release."""
    return vl_convert.javascript_bundle()


def differing_files(release: Path, again: Path) -> list[str]:
    """The files of a site that was made `again` which are not, byte for byte, in the folder of the release."""
    made = sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    return [
        str(name)
        for name in made
        if not (release / name).is_file() or not filecmp.cmp(again / name, release / name, shallow=False)
    ]
