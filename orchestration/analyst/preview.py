"""What an output would publish, from the files as they are now and what the home has counted, without a run.

The figures are those of the indicator's SQL on the scratch warehouse; they are examined by the tests declared on it and
by what the release itself looks at before it writes a file.
"""

import datetime as dt
import difflib
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from pydantic import ValidationError

from orchestration import clock
from orchestration.analyst.new import unwritten
from orchestration.analyst.places import error_at, explained, line_with
from orchestration.analyst.project import Compiled, Project
from orchestration.analyst.scratch import Scratch, stamps_of
from orchestration.errors import VigieError
from orchestration.gate.building import told_of_engine
from orchestration.gate.fingerprints import outputs_otherwise
from orchestration.home import Home
from orchestration.landing.checking import literal
from orchestration.release import archive
from orchestration.release.declarations import CONTRACT_KEY, FIGURES, Declarations, Indicator, Layout, Text, is_feed
from orchestration.release.files import FOLDER, LastGood
from orchestration.release.marks import Marks
from orchestration.release.methods import last_figures, page_of, told_of, write_methods
from orchestration.release.open_data import Dataset, datasets, form_of
from orchestration.release.publication import latest_release
from orchestration.release.series import as_published, form_in, where, write_series

LINK = re.compile(r'<a [^>]*href="(?P<target>[^"]*)"[^>]*>(?P<words>.*?)</a>', re.DOTALL)
#: A figure of a preview rests on no release: every month of it is computed.
NO_MARKS = Marks("preview")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `blocks` tells whether the output would be held when it is `wrong`."""

    name: str
    wrong: str = ""
    blocks: bool = True


@dataclass(frozen=True)
class Cells:
    """The rows of an output by status (all of an official layout have none), and, against the last release: its id, how
    many of the published cells differ from its files and the first day on which one does."""

    by_status: dict[str, int]
    release: str = ""
    published: int = 0
    differing: int = 0
    first_differing: str = ""
    new: bool = False


def chosen(project: Project, names: Sequence[str]) -> list[Indicator | Layout]:
    """The outputs of these names, a published file being its indicator's. Raises VigieError on a name of none."""
    declarations = project.declarations
    outputs = {each.name: each for each in [*declarations.layouts, *declarations.indicators]}
    outputs |= {project.manifest["nodes"][each.node]["name"]: each for each in outputs.values()}
    outputs |= {part.name: each for each in declarations.indicators for part in each.slices}
    found = []
    for name in names:
        if name not in outputs:
            close = difflib.get_close_matches(name, outputs, n=3)
            hint = f" Did you mean {', '.join(close)}?" if close else " `vigie new indicator` begins one."
            raise VigieError(f"There is no indicator or official file '{name}'.{hint}")
        if outputs[name] not in found:
            found.append(outputs[name])
    return found


def changed(compiled: Compiled, home: Home) -> list[str]:
    """The outputs of which the rules are not those that the home has built, by unique id, in order."""
    return outputs_otherwise(compiled.graph, stamps_of(home, compiled.graph))


def declared_otherwise(declarations: Declarations, home: Home) -> dict[str, list[str]]:
    """The outputs that are declared otherwise than the last release has them, which no SQL shows, by unique id: the
    keys of the declaration, `text`, or `form`, the way in which the files are written."""
    previous = latest_release(home.releases)
    twin = archive.read(home, previous.name if previous else None)
    told, series = twin.get("told", {}), twin.get("series", {})
    found: dict[str, list[str]] = {}
    for indicator in declarations.indicators:
        if indicator.name in told:
            prose = declarations.prose(indicator)
            differing = _differing(told[indicator.name]["declaration"], indicator)
            differing += ["text"] if told[indicator.name]["prose"] != (prose.model_dump() if prose else None) else []
            found[indicator.node] = differing
    described = _described(previous)
    for part in datasets(declarations):
        if part.slice and part.name in series and form_in(series[part.name]) != form_of(part):
            found[part.node] = [*found.get(part.node, []), "form"]
        elif not part.slice and part.name in described:
            texts = {"title": part.title, "description": part.description}
            found[part.node] = [key for key, text in texts.items() if described[part.name][key] != text]
    return {node: list(dict.fromkeys(keys)) for node, keys in found.items() if keys}


def _differing(before: Mapping[str, Any], indicator: Indicator) -> list[str]:
    try:
        was, now = Indicator(**before).model_dump(), indicator.model_dump()
    except ValidationError:
        return ["declaration"]
    return [key for key in now if was[key] != now[key]]


def _described(release: Path | None) -> dict[str, dict[str, Text]]:
    """By dataset the title and the description in the data package of a release."""
    if release is None:
        return {}
    resources = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    return {
        each["name"]: {key: Text(fr=each[key], en=each["translations"]["en"][key]) for key in ("title", "description")}
        for each in resources
        if "translations" in each
    }


def checks_of(
    scratch: Scratch, owner: Indicator | Layout, folder: Path | None = None
) -> tuple[list[Check], list[Dataset]]:
    """What the tests declared on an output, its contract and the release say of it; the files are written to `folder`
    when there is one."""
    found = [_columns(scratch, owner), *([_texts(scratch, owner)] if isinstance(owner, Indicator) else [])]
    for test in scratch.compiled.tests_of(owner.node):
        found.append(_test(scratch, test))
    parts = [part for part in datasets(scratch.compiled.project.declarations) if part.node == owner.node]
    if isinstance(owner, Indicator):
        try:
            with explained(scratch.compiled.manifest):
                write_series(
                    scratch.connection, scratch.compiled.project.declarations, parts, NO_MARKS, folder, LastGood()
                )
            found.append(Check("files can be published"))
        except VigieError as error:
            found.append(Check("files can be published", str(error)))
        except duckdb.Error as error:
            raise scratch.failed(owner.node, error) from error
    return found, parts


def _columns(scratch: Scratch, owner: Indicator | Layout) -> Check:
    """The columns and their types against what is declared (dbt's contract)."""
    node = scratch.compiled.manifest["nodes"][owner.node]
    if not (node["config"].get("contract") or {}).get("enforced"):
        return Check("columns")
    declared = {name: (column["data_type"] or "").upper() for name, column in node["columns"].items()}
    relation = scratch.relation(owner.node)
    given = {name: kind for name, kind, *_ in scratch.connection.execute(f"describe {relation}").fetchall()}
    wrong = [f"{name} is missing" for name in declared if name not in given]
    wrong += [f"{name} is not declared" for name in given if name not in declared]
    wrong += [
        f"{name} is {kind.lower()} and not {declared[name].lower()}"
        for name, kind in given.items()
        if name in declared and declared[name] and _type(scratch, declared[name]) != kind
    ]
    return Check("columns", "; ".join(wrong))


def _texts(scratch: Scratch, owner: Indicator) -> Check:
    """The texts in both languages, none of them still to be written, and the feed that the declaration names."""
    file = scratch.compiled.manifest["nodes"][owner.node]["original_file_path"]
    project = scratch.compiled.project
    places = ", ".join(f"{each}:{line}" for each, line in unwritten(file))
    wrong = [f"still to be written at {places}"] if places else []
    try:
        if project.declarations.prose(owner) is None:
            wrong.append(f"there is no text `{{% docs {owner.name} %}}`")
    except VigieError as error:
        wrong.append(str(error_at(str(Path(file).with_suffix(".md")), None, str(error))))
    if owner.source not in {
        source["source_name"] for source in project.manifest["sources"].values() if is_feed(source)
    }:
        line = line_with(file, r"['\"]source['\"]")
        wrong.append(str(error_at(file, line, f"'{owner.source}' is no feed")))
    return Check("texts", "\n  ".join(wrong))


def _type(scratch: Scratch, name: str) -> str:
    return scratch.connection.execute(f"select typeof(null::{name})").fetchall()[0][0]


def _test(scratch: Scratch, test) -> Check:
    config = test["config"]
    blocks = str(config.get("severity") or "error").lower() == "error"
    count, limit = config.get("fail_calc") or "count(*)", config.get("error_if" if blocks else "warn_if") or "!= 0"
    sql = scratch.text(test["unique_id"])
    try:
        query = f"select {count}, {count} {limit} from (\n{sql}\n) as failing"
        [(failures, wrong)] = scratch.connection.execute(query).fetchall()
    except duckdb.Error as error:
        return Check(test["name"], told_of_engine(str(error).split("\n\nLINE ")[0]), blocks)
    says = " ".join((test.get("description") or "").split())
    return Check(test["name"], f"{failures:,} row(s){': ' + says if says else ''}" if wrong else "", blocks)


def cells_of(scratch: Scratch, owner: Indicator | Layout) -> Cells:
    """The rows of an output by status, and what of its published cells differs from the last release."""
    relation = scratch.relation(owner.node)
    try:
        if isinstance(owner, Layout):
            [(rows,)] = scratch.connection.execute(f"select count(*) from {relation}").fetchall()
            return Cells({"": rows})
        counted = f"select status, count(*) from {relation} group by status order by count(*) desc"
        return Cells(dict(scratch.connection.execute(counted).fetchall()), **_against_release(scratch, owner, relation))
    except duckdb.Error as error:
        raise scratch.failed(owner.node, error) from error


def _against_release(scratch: Scratch, owner: Indicator, relation: str) -> dict[str, object]:
    release = latest_release(scratch.compiled.project.home.releases)
    if release is None:
        return {}
    key, told = ", ".join(CONTRACT_KEY), (*FIGURES, "status")
    rows = " or ".join(f"({where(part)})" for part in owner.slices)
    files = [str(path) for part in owner.slices for path in sorted((release / FOLDER / part.name).glob("*.parquet"))]
    if not files:
        return {"release": release.name, "new": True}
    published = f"select distinct {key}, {', '.join(told)} from read_parquet([{', '.join(map(literal, files))}])"
    differs = " or ".join(f"now.{column} is distinct from published.{column}" for column in told)
    [(count, differing, first)] = scratch.connection.execute(
        f"""
        with now as (select {as_published(owner)} from {relation} where {rows}), published as ({published})
        select count(*), count(*) filter ({differs}), (min(period_end) filter ({differs}))::varchar
        from now full join published using ({key})
        """
    ).fetchall()
    return {"release": release.name, "published": count, "differing": differing, "first_differing": first or ""}


def write_page(scratch: Scratch, owner: Indicator, language: str) -> Path:
    """Write the page of an indicator with its files, as a release would, into `dbt/preview/page` of the home; gives the
    page in the language. Raises VigieError when the files may not be published."""
    project = scratch.compiled.project
    staging = project.home.dbt / "preview" / "page"
    shutil.rmtree(staging, ignore_errors=True)
    folder = staging / FOLDER
    folder.mkdir(parents=True)
    checks, parts = checks_of(scratch, owner, folder)
    if wrong := checks[-1].wrong:
        raise VigieError(wrong)
    figures = last_figures(scratch.connection, parts, folder)
    with explained(project.manifest):
        page = page_of(told_of(project.declarations, owner), figures, parts)
    # What is due is that of the release beside which the page is laid.
    released = latest_release(project.home.releases)
    today = dt.date.fromisoformat(released.name[:10]) if released else clock.today()
    header = {"release_id": "preview", "today": today, "as_of": None, "docs": False}
    write_methods(staging, [page], header)
    for each in (staging / "methods").glob("*.html"):
        each.write_text(without_dead_links(each.read_text(encoding="utf-8"), each.parent), encoding="utf-8")
    return staging / "methods" / f"{owner.name}.{language}.html"


def without_dead_links(page: str, folder: Path) -> str:
    """A page that lies in a folder, with the words alone of links to what only a whole release has beside it."""

    def kept(link: re.Match) -> str:
        target = link["target"].partition("#")[0]
        there = not target or ":" in target or (folder / target).exists()
        return link[0] if there else f"<span>{link['words']}</span>"

    return LINK.sub(kept, page)


def wrong_ones(checks: Iterable[Check]) -> list[Check]:
    """The checks that hold the output."""
    return [check for check in checks if check.wrong and check.blocks]
