"""Taking back what was published: an output leaves every release, or a release its address; a notice stays there.

The order is in the journal before anything goes, and that it was carried out comes after: one that was killed is ended
by whatever release comes next. A published file may have other names, as a hard link: a page that tells less is written
anew and takes the place of the old one, whose bytes are never touched.
"""

import csv
import datetime as dt
import json
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration import site
from orchestration.errors import VigieError
from orchestration.gate.verdict import SENTENCES
from orchestration.home import Home
from orchestration.incidents import events
from orchestration.incidents.events import VIGIE
from orchestration.incidents.orders import due_retractions, order
from orchestration.landing.checking import literal
from orchestration.release import archive, publication
from orchestration.release.files import FOLDER, copy_rows
from orchestration.release.publication import RELEASE_ID, RETRACTED
from orchestration.storage import fingerprint, remove, sync, write_whole

FR, EN = SENTENCES["retracted"]
NOTICE = f"{FR}\n{EN}\n"
RELEASE_FR, RELEASE_EN = "Cette publication a été retirée.", "This release was retracted."
LANGUAGES = {"fr": FR, "en": EN}


def retract_output(home: Home, output: str, datasets: Sequence[str], why: str, day: dt.date) -> None:
    """Take an output (the name of its model) with its datasets out of every release; later ones hold it until it is
    resumed. To be called under the lock of the home."""
    order(home, day, why, event="retracted", output=output, datasets=list(datasets))
    with publication.locked_releases(home.releases, "vigie retract"):
        carry_out(home)


def retract_release(home: Home, release_id: str, why: str, day: dt.date) -> str | None:
    """Take a release off its address. Where it is the one shown, the one made before it is shown instead; its id is
    given. Raises VigieError when there is no such release, or none before it to show."""
    if not _is_whole(home.releases / release_id):
        raise VigieError(f"There is no release {release_id}, or it is retracted already.")
    latest = publication.latest_release(home.releases)
    shown = None
    if latest and latest.name == release_id:
        shown = _shown_instead(home, release_id)
    order(home, day, why, event="retracted", release=release_id)
    with publication.locked_releases(home.releases, "vigie retract"):
        carry_out(home)
    return shown


def roll_back(home: Home, release_id: str, why: str, day: dt.date) -> None:
    """Show a past release until the next one is made, which begins from it: what is held keeps its files, and revisions
    are told from it. Raises VigieError when it is not there any more, was retracted, or is shown already."""
    if not RELEASE_ID.fullmatch(release_id) or not (home.releases / release_id).is_dir():
        raise VigieError(f"There is no release {release_id}; `ls {home.releases}` lists them.")
    if not _is_whole(home.releases / release_id):
        raise VigieError(f"The release {release_id} was retracted: it is not shown again.")
    if not archive.read(home, release_id):
        raise VigieError(
            f"Of the release {release_id} the home keeps nothing any more, so that none could follow it. Choose one of"
            f" {', '.join(archive.release_ids(home)[-5:])}."
        )
    latest = publication.latest_release(home.releases)
    if latest and latest.name == release_id:
        raise VigieError(f"The release {release_id} is the one that is shown.")
    order(home, day, why, event="rolled back", release=release_id)
    with publication.locked_releases(home.releases, "vigie rollback"):
        publication.flip_latest(home.releases, release_id)


def carry_out(home: Home) -> None:
    """Do what retractions have ordered and nobody has done to its end; to be called under the lock of the releases."""
    for each in due_retractions(home):
        if each["release"]:
            latest = publication.latest_release(home.releases)
            if latest and latest.name == each["release"]:
                publication.flip_latest(home.releases, _shown_instead(home, each["release"]))
            _close_address(home.releases, each["release"])
            for folder in _releases(home):
                _forget(folder, each["release"])
        else:
            for folder in _releases(home):
                _take_out(folder, each["output"], each["datasets"], each["day"])
        events.append(home, each["day"], VIGIE, [{"event": "carried out", "done": each["number"]}])


def write_notices(folder: Path, datasets: Collection[str]) -> None:
    """Write `<dataset>.retracted.txt` into a folder of open data, for each of the datasets."""
    for name in datasets:
        write_whole(folder / f"{name}.retracted.txt", NOTICE)


def _releases(home: Home) -> Iterator[Path]:
    """The folders of the releases that can be read, a retracted one aside."""
    yield from sorted(p for p in home.releases.glob("*") if RELEASE_ID.fullmatch(p.name) and _is_whole(p))


def _is_whole(folder: Path) -> bool:
    return bool(RELEASE_ID.fullmatch(folder.name)) and (folder / "release.json").is_file()


def _shown_instead(home: Home, release_id: str) -> str:
    """The release made before one, of those that can be shown."""
    known = [each for each in archive.release_ids(home) if _is_whole(home.releases / each)]
    earlier = [each for each in known if archive.order(each) < archive.order(release_id)]
    if not earlier:
        raise VigieError(
            f"There is no release before {release_id} to show instead. Retract its outputs, or make a release first."
        )
    return earlier[-1]


def _close_address(releases: Path, release_id: str) -> None:
    """Put a notice in the place of a release."""
    notice, gone = (releases / f".{release_id}.{what}{publication.PARTIAL}" for what in ("notice", "gone"))
    if (releases / release_id / RETRACTED).is_file():
        return
    for leftover in (notice, gone):
        shutil.rmtree(leftover, ignore_errors=True)
    notice.mkdir()
    (notice / RETRACTED).write_text(f"{RELEASE_FR}\n{RELEASE_EN}\n", encoding="utf-8")
    (notice / "index.html").write_text(
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{RELEASE_FR}</title>'
        f'<p>{RELEASE_FR}</p><p lang="en">{RELEASE_EN}</p></html>\n',
        encoding="utf-8",
    )
    publication.open_to_all(notice)
    if (releases / release_id).is_dir():
        (releases / release_id).rename(gone)
    notice.rename(releases / release_id)
    sync(releases)
    shutil.rmtree(gone, ignore_errors=True)


def _take_out(folder: Path, output: str, datasets: Sequence[str], day: dt.date) -> None:
    """Take an output out of a release: its files, what pages, lists and revisions tell of it; notices in their place.

    `release.json` is written last: it says that all is done.
    """
    facts = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    ours = {n: d for n, d in facts["datasets"].items() if d["model"].split(".")[-1] == output or n in datasets}
    files = [folder / FOLDER / file for each in ours.values() for file in each["files"]]
    if not ours:
        return
    touched = [f"{FOLDER}/{name}.retracted.txt" for name in ours]
    write_notices(folder / FOLDER, ours)
    remove(*files)
    for name in ours:
        if (folder / FOLDER / name).is_dir():
            shutil.rmtree(folder / FOLDER / name)
    indicators = {each["indicator"] for each in ours.values()} - {None}
    remove(*(folder / path for path in _outlines_of(folder, ours)))
    said = {"status": "held", "since": day.isoformat(), "reason": {"fr": FR, "en": EN}}
    emptied = said | {"csv": None, "parquet": [], "rows": 0, "last_period": None, "provisional_from": None}
    touched += _revisions_without(folder, ours)
    touched += _pages_without(folder, ours, indicators, facts)
    _edit_csv(folder / FOLDER / "status.csv", lambda row: row["name"] in ours, _status_of(day))
    _edit_csv(folder / "catalogue.csv", lambda row: row["name"] in indicators, _catalogue_of(day))
    _edit_json(folder / "catalogue.json", lambda content: _catalogue_without(content, ours, indicators, emptied, day))
    _edit_json(folder / "datapackage.json", lambda content: _package_without(folder, content, ours, said))
    touched += [f"{FOLDER}/status.csv", "catalogue.csv", "catalogue.json", "datapackage.json"]
    if (folder / "index.html").is_file():
        touched += site.write_without(folder)
    for name in ours:
        facts["datasets"][name] |= emptied | {"files": {}, "linked": False}
    _describe_anew(folder, facts, touched)


def _forget(folder: Path, retracted: str) -> None:
    """Take the figures of a retracted release out of a later one, which tells of them as what stood before: of its
    revisions, where it came next, and of what was known in past releases."""
    facts = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    touched = []
    if facts.get("previous") == retracted:
        touched += _revisions_where(folder, "false")
        _edit_json(folder / "datapackage.json", lambda content: _bytes_of_lists(folder, content))
        touched += ["datapackage.json"] if touched else []
    touched += site.known_without(folder, retracted)
    if touched:
        _describe_anew(folder, facts, touched)


def _describe_anew(folder: Path, facts: dict, touched: Collection[str]) -> None:
    """Write `release.json`, the last of all, with the files that are there and the bytes of those that were touched."""
    facts["files"] = {name: known for name, known in facts["files"].items() if (folder / name).is_file()}
    for name in (name for name in touched if (folder / name).is_file()):
        path = folder / name
        facts["files"][name] = {"bytes": path.stat().st_size, "sha256": fingerprint(path)}
    _write(folder / "release.json", _as_json(facts))
    publication.open_to_all(folder)


def _outlines_of(folder: Path, ours: Collection[str]) -> list[str]:
    """The files of the outlines of the places of the datasets: they are published where figures are."""
    path = folder / "catalogue.json"
    levels = json.loads(path.read_text(encoding="utf-8")).get("outlines", []) if path.is_file() else []
    return [file for each in levels if each["of"] in ours for file in each["files"]]


def _write(path: Path, text: str) -> None:
    write_whole(path, text)


def _as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"


def _edit_json(path: Path, edit: Callable[[dict], None]) -> None:
    if path.is_file():
        content = json.loads(path.read_text(encoding="utf-8"))
        edit(content)
        _write(path, _as_json(content))


def _edit_csv(path: Path, is_ours: Callable[[Mapping[str, str]], bool], said: Mapping[str, str]) -> None:
    """Let the rows of a list that are about the output say what is `said`, in the columns that the list has."""
    if not path.is_file():
        return
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter=";")
        columns, rows = list(reader.fieldnames or ()), list(reader)
    lines: list[Mapping[str, str]] = [
        row | {name: text for name, text in said.items() if name in columns} if is_ours(row) else row for row in rows
    ]
    draft = path.with_name(f".{path.name}.draft")
    with open(draft, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    publication.give_name(draft, path)


def _status_of(day: dt.date) -> dict[str, str]:
    since = {"status": "held", "since": day.isoformat(), "reason_fr": FR, "reason_en": EN}
    return since | {"last_period": "", "csv": ""}


def _catalogue_of(day: dt.date) -> dict[str, str]:
    return {"last_period": "", "last_status": "", "status": "held", "since": day.isoformat(), "open_data": ""}


def _catalogue_without(
    content: dict, ours: Collection[str], indicators: Collection[str], emptied: Mapping[str, Any], day: dt.date
) -> None:
    for each in content["datasets"]:
        each |= emptied if each["name"] in ours else {}
    content["outlines"] = [each for each in content.get("outlines", []) if each["of"] not in ours]
    for each in content["indicators"]:
        if each["name"] in indicators:
            each |= {name: text or None for name, text in _catalogue_of(day).items()} | {"open_data": []}


def _package_without(folder: Path, content: dict, ours: Collection[str], said: Mapping[str, Any]) -> None:
    """Leave out the resources of the datasets and of outlines that have gone with them; say which were retracted."""
    names = {f"{name}{suffix}" for name in ours for suffix in ("", "-parquet")}
    drawn = [each for each in content["resources"] if each.get("format") == "geojson"]
    names |= {each["name"] for each in drawn if not all((folder / path).is_file() for path in each["path"])}
    content["resources"] = [each for each in content["resources"] if each["name"] not in names]
    known = {each["name"]: each for each in content.get("retracted", [])}
    known |= {name: {"name": name, "since": said["since"], "reason": said["reason"]} for name in ours}
    content["retracted"] = [known[name] for name in sorted(known)]
    _bytes_of_lists(folder, content)


def _bytes_of_lists(folder: Path, content: dict) -> None:
    """Say of the lists that were written anew how many bytes they have, and which."""
    for each in content["resources"]:
        if isinstance(each["path"], str) and "hash" in each:
            path = folder / each["path"]
            if path.is_file() and path.stat().st_size != each["bytes"]:
                each |= {"bytes": path.stat().st_size, "hash": f"sha256:{fingerprint(path)}"}


def _revisions_without(folder: Path, ours: Collection[str]) -> list[str]:
    """Leave the cells of the datasets out of the revisions; the files that were written anew."""
    return _revisions_where(folder, f"dataset not in ({', '.join(literal(name) for name in ours)})")


def _revisions_where(folder: Path, kept: str) -> list[str]:
    """Leave in the revisions the cells for which the condition holds; the files that were written anew."""
    written = []
    for suffix in ("csv", "parquet"):
        path = folder / FOLDER / f"revisions.{suffix}"
        if not path.is_file():
            continue
        with duckdb.connect(config={"threads": 1}) as connection:
            read = "read_csv(?, delim = ';', all_varchar = true)" if suffix == "csv" else "read_parquet(?)"
            connection.execute(f"create table revisions as select * from {read}", [str(path)])
            [(told,)] = connection.execute(f"select count(*) from revisions where not ({kept})").fetchall()
            if not told:
                continue
            draft = path.with_name(f".draft.{suffix}")
            copy_rows(connection, f"select * from revisions where {kept}", draft)
        publication.give_name(draft, path)
        written.append(f"{FOLDER}/{path.name}")
    return written


def _pages_without(
    folder: Path, ours: Collection[str], indicators: Collection[str], facts: Mapping[str, Any]
) -> list[str]:
    """Put a notice in the place of the pages of the indicators, and of their figures in the tables of other pages; the
    pages that were written anew."""
    # Not at the top: `methods` reads the declarations, which the release reads.
    from orchestration.release.methods import environment

    written = []
    header = {"release_id": facts["id"], "as_of": facts["as_of"], "docs": (folder / "docs").is_dir(), "root": "../"}
    for language, said in LANGUAGES.items():
        other = {"fr": "en", "en": "fr"}[language]
        template = environment(language).get_template("retracted.html.j2")
        for name in indicators:
            page = f"methods/{name}.{language}.html"
            _write(folder / page, template.render(**header, other=f"{name}.{other}.html", fr=FR, en=EN))
            written.append(page)
        dot = "" if language == "fr" else f".{language}"
        for page in (f"release{dot}.html", f"status{dot}.html", f"methods/index.{language}.html"):
            if (folder / page).is_file():
                text = _noted((folder / page).read_text(encoding="utf-8"), ours, said)
                _write(folder / page, _rows_without(text, ours, indicators, said))
                written.append(page)
    return written


def _noted(html: str, ours: Collection[str], said: str) -> str:
    """The page with a notice on top that names the datasets; the notice stands there once."""
    notice = f'<p class="notice">{", ".join(sorted(ours))} : {said}</p>'
    return html if notice in html else html.replace("</h1>", f"</h1>\n{notice}", 1)


def _rows_without(html: str, ours: Collection[str], indicators: Collection[str], said: str) -> str:
    """The page with a notice in the rows of its tables that are about the output, after what names it."""
    heads = [f"<code>{re.escape(name)}</code>" for name in ours]
    heads += [rf'<a href="[^"]*methods/{re.escape(name)}\.(?:fr|en)\.html">' for name in indicators]
    row = re.compile(rf'(<tr><th scope="row">(?:{"|".join(heads)})(?:(?!</th>).)*</th>)(?:(?!</tr>).)*</tr>', re.DOTALL)
    return row.sub(lambda found: f'{found[1]}\n<td colspan="5">{said}</td></tr>', html)
