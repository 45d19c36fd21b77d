"""What figures were before releases changed them: by it any past release can be shown, though its folder is gone.

Of each series that the observatory shows there is a file a month, `observatory/known/<dataset>/<month>.csv.gz`. A row
is a cell that `release` has changed, with its figure as it stood before; without a status it was not there. The figures
as known in a release are those of today, with what each later release has changed put back, the latest first. It is of
all sexes and ages, of France, régions and départements. `observatory/known.json` says of each series which release it
is in `since`, and of which months there are files.

A month of release grows by what a release changes; the months before are hard links.
"""

import gzip
import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.release.files import link
from orchestration.release.publication import RETRACTED, give_name
from orchestration.site.shown import Shown
from orchestration.storage import write_whole

KNOWN, INDEX = "observatory/known", "observatory/known.json"
CHOICES = "observatory/choices.json"
LEVELS = ("FRA", "REG", "DEP")
# Series that are compared by one query, so that its tables stay small.
TOGETHER = 60
KEY = ("geo_level", "geo_code", "period", "period_end", "stratum_scheme", "stratum")
FIGURES = ("value", "ci_low", "ci_high")
HEAD = ";".join(["release", *KEY, *FIGURES, "status"]) + "\n"
# The head of a gzip file without a name or a time, and the empty block that ends what is compressed.
GZIP, END = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", b"\x03\x00"


def write_known(shown: Shown, folder: Path, earlier: Path | None, names: list[str]) -> list[str]:
    """Write what the release has changed in the series `names` since the one before (`earlier`), after what that one
    tells of those before it; gives the ids of the releases that can be shown, the oldest first.

    Where `earlier` is the release itself, what it tells is taken over.
    """
    release = shown.header["release_id"]
    releases, series = _told(earlier)
    again = release in releases
    if not again:
        releases = [each for each in releases if not (earlier and _is_retracted(earlier.parent / each))] + [release]
    kept = {name: series[name] for name in names if name in series}
    for name, each in kept.items():
        for month in each["months"]:
            assert earlier
            (folder / KNOWN / name).mkdir(parents=True, exist_ok=True)
            link(earlier / KNOWN / name / f"{month}.csv.gz", folder / KNOWN / name / f"{month}.csv.gz")
    if earlier and not again:
        _add(shown, folder, Shown(earlier), release, kept, names)
    found = {name: kept.get(name, {"since": release, "months": []}) for name in names}
    (folder / INDEX).write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")
    return releases


def known_without(folder: Path, retracted: str) -> list[str]:
    """Take the figures of a retracted release out of what a later one tells of before; the files written anew.

    They are those of the cells that it had changed, in the lines of the release that came next and changed them again:
    what stood before both is in the lines of the retracted one, and stays.
    """
    choices = folder / CHOICES
    told = json.loads(choices.read_text(encoding="utf-8")) if choices.is_file() else {}
    releases = told.get("releases", [])
    if retracted not in releases[:-1]:
        return []
    following = releases[releases.index(retracted) + 1]
    written = [CHOICES]
    for path in sorted((folder / KNOWN).glob(f"*/{following[:7]}.csv.gz")):
        changed = {_cell(line) for line in _lines(path.with_name(f"{retracted[:7]}.csv.gz"), retracted)}
        gone = {line for line in _lines(path, following) if _cell(line) in changed}
        if gone:
            lines = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
            draft = path.with_name(f".{path.name}.draft")
            draft.write_bytes(_appended(b"", "".join(line for line in lines if line not in gone)))
            give_name(draft, path)
            written.append(str(path.relative_to(folder)))
    # Last: by it a second attempt knows what is left to do.
    told["releases"] = [each for each in releases if each != retracted]
    write_whole(choices, json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n")
    return written


def _lines(path: Path, release: str) -> list[str]:
    """The lines of a file that tell what a release has changed; none where there is no file."""
    text = gzip.decompress(path.read_bytes()).decode() if path.is_file() else ""
    return [line for line in text.splitlines(keepends=True) if line.startswith(f"{release};")]


def _cell(line: str) -> tuple[str, ...]:
    return tuple(line.split(";")[1 : 1 + len(KEY)])


def _told(earlier: Path | None) -> tuple[list[str], dict[str, dict]]:
    """The releases that one knows of, itself the last, and the series of which it tells; it tells of none when it was
    made before there were these files."""
    if not earlier:
        return [], {}
    choices = json.loads((earlier / CHOICES).read_text("utf-8")) if (earlier / CHOICES).is_file() else {}
    series = json.loads((earlier / INDEX).read_text("utf-8")) if (earlier / INDEX).is_file() else {}
    return choices.get("releases", [earlier.name]), series


def _is_retracted(release: Path) -> bool:
    return (release / RETRACTED).is_file()


def _add(shown: Shown, folder: Path, before: Shown, release: str, kept: dict[str, dict], names: list[str]) -> None:
    """Add the cells that the release has changed to the files of its month."""
    compared: list[tuple[list[Path], list[Path]]] = []
    for name in names:
        old, new = (_months(each, name) for each in (before, shown))
        if not old:
            continue
        kept.setdefault(name, {"since": before.header["release_id"], "months": []})
        same = {month for month in old.keys() & new.keys() if old[month].samefile(new[month])}
        compared.append(tuple([path for month, path in side.items() if month not in same] for side in (old, new)))
    month = release[:7]
    changed: dict[str, str] = {}
    for first in range(0, len(compared), TOGETHER):
        changed |= _changed(shown, compared[first : first + TOGETHER], release)
    for name, rows in changed.items():
        path = folder / KNOWN / name / f"{month}.csv.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        known = path.read_bytes() if path.is_file() else _appended(b"", HEAD)
        path.unlink(missing_ok=True)
        path.write_bytes(_appended(known, rows))
        months = kept[name]["months"]
        kept[name] = kept[name] | {"months": months if month in months else [*months, month]}


def _months(shown: Shown, name: str) -> dict[str, Path]:
    """The files of a series by month."""
    paths = shown.datasets.get(name, {}).get("parquet", ())
    return {Path(path).stem: shown.folder / path for path in paths}


def _changed(shown: Shown, compared: Sequence[tuple[list[Path], list[Path]]], release: str) -> Mapping[str, str]:
    """By series the cells that differ, as lines of CSV, in their order; `compared` are files of before and of now."""
    sides = [[str(path) for pair in compared for path in pair[side]] for side in (0, 1)]
    if not any(sides):
        return {}
    columns = ", ".join((*KEY, *FIGURES, "status"))
    cells = (
        f"select split_part(filename, '/', -2) as dataset, {columns} from read_parquet(?, union_by_name = true, "
        f"filename = true) where sex = 'all' and age_scheme = 'all' and geo_level in {LEVELS}"
    )
    # Where one side has no file it has no cell.
    either = sides[0] or sides[1]
    old, new = (cells + ("" if side else " and false") for side in sides)
    line = " || ';' || ".join(
        [f"'{release}'", *(f"{name}::varchar" for name in KEY), *map(_number, FIGURES), "coalesce(status, '')"]
    )
    key = ", ".join(("dataset", *KEY))
    return dict(
        shown.connection.execute(
            f"""
            with old as ({old}), new as ({new}), changed as (
                select {key}, {", ".join(f"old.{name}" for name in (*FIGURES, "status"))}
                from old full join new using ({key})
                where {" or ".join(f"old.{name} is distinct from new.{name}" for name in (*FIGURES, "status"))}
            )
            select dataset, string_agg({line} || chr(10), '' order by {key}) from changed group by dataset order by 1
            """,
            [sides[0] or either, sides[1] or either],
        ).fetchall()
    )


def _number(name: str) -> str:
    """A figure as CSV holds it, nothing where there is none."""
    return f"coalesce(case when {name} = trunc({name}) then {name}::bigint::varchar else {name}::varchar end, '')"


def _appended(packed: bytes, text: str) -> bytes:
    """A gzip file (empty: a new one) with more text at its end: one stream still, which every reader knows, at the cost
    of what is added alone. The same texts in the same order are the same bytes."""
    rows = text.encode()
    crc, size = struct.unpack("<II", packed[-8:]) if packed else (0, 0)
    body = packed[: -8 - len(END)] if packed else GZIP
    part = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    body += part.compress(rows) + part.flush(zlib.Z_FULL_FLUSH)
    return body + END + struct.pack("<II", zlib.crc32(rows, crc), (size + len(rows)) % 2**32)
