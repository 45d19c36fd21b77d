"""What an output would publish, from the files as they are now and what the home has counted, without a run.

The figures are those of the indicator's SQL on the scratch warehouse; they are examined by the tests declared on it and
by what the release itself looks at before it writes a file.
"""

import difflib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration import clock
from orchestration.analyst.new import unwritten
from orchestration.analyst.places import error_at, explained, line_with
from orchestration.analyst.project import Compiled, Project
from orchestration.analyst.scratch import Scratch, stamps_of
from orchestration.errors import VigieError
from orchestration.gate.building import told_of_engine
from orchestration.home import Home
from orchestration.landing.checking import literal
from orchestration.release.declarations import CONTRACT_KEY, FIGURES, Indicator, Layout, is_feed
from orchestration.release.files import FOLDER, LastGood
from orchestration.release.marks import Marks
from orchestration.release.methods import PERIODS, last_figures, page_of, told_of, write_methods
from orchestration.release.open_data import Dataset, datasets
from orchestration.release.publication import latest_release
from orchestration.release.series import as_published, where, write_series

#: Points of a sparkline.
DRAWN = 60
#: A figure of a preview rests on no release: every month of it is computed.
NO_MARKS = Marks("preview")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `blocks` tells whether the output would be held when it is `wrong`."""

    name: str
    wrong: str = ""
    blocks: bool = True


@dataclass(frozen=True)
class Row:
    """A line of figures: what it is of, its last figure by column, and the values before it, oldest first."""

    of: str
    figures: dict[str, object]
    values: list[float | None]


@dataclass(frozen=True)
class View:
    """What is shown of an indicator: `place`, `period`, what else it is of, and its rows."""

    place: str
    period: str
    besides: list[str]
    by: str
    rows: list[Row]
    last: list[dict[str, object]] = field(default_factory=list)


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
    graph, stamps = compiled.graph, stamps_of(home, compiled.graph)
    outputs = [i for i in graph.built if graph.nodes[i].group is not None]
    return [i for i in outputs if i not in stamps or stamps[i].rules != graph.rules[i]]


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
            raise failed(scratch, owner, error) from error
    return found, parts


def _columns(scratch: Scratch, owner: Indicator | Layout) -> Check:
    """The columns and their types against what is declared (dbt's contract)."""
    node = scratch.compiled.manifest["nodes"][owner.node]
    if not (node["config"].get("contract") or {}).get("enforced"):
        return Check("columns")
    declared = {name: (column["data_type"] or "").upper() for name, column in node["columns"].items()}
    relation = scratch.made[node["name"]]
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


def failed(scratch: Scratch, owner: Indicator | Layout, error: duckdb.Error) -> VigieError:
    """What DuckDB says while an output is read, which is of no line."""
    file = scratch.compiled.manifest["nodes"][owner.node]["original_file_path"]
    return error_at(file, None, told_of_engine(str(error).split("\n\nLINE ")[0]))


def cells_of(scratch: Scratch, owner: Indicator | Layout) -> Cells:
    """The rows of an output by status, and what of its published cells differs from the last release."""
    relation = scratch.made[scratch.compiled.manifest["nodes"][owner.node]["name"]]
    try:
        if isinstance(owner, Layout):
            [(rows,)] = scratch.connection.execute(f"select count(*) from {relation}").fetchall()
            return Cells({"": rows})
        counted = f"select status, count(*) from {relation} group by status order by count(*) desc"
        return Cells(dict(scratch.connection.execute(counted).fetchall()), **_against_release(scratch, owner, relation))
    except duckdb.Error as error:
        raise failed(scratch, owner, error) from error


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


def view_of(scratch: Scratch, owner: Indicator, geo: str = "", by: str = "", period: str = "", last: int = 14) -> View:
    """The last figures of an indicator: of a place over the last periods, or at the last one by what divides it.

    `geo` is a level, a code or `LEVEL:CODE`; `by` is sex, age, geo, stratum or the name of a scheme of ages or strata.
    Raises VigieError on one that the indicator does not have.
    """
    relation = scratch.made[scratch.compiled.manifest["nodes"][owner.node]["name"]]
    level, code = _place(scratch, owner, relation, geo, by)
    periods = [p for p in PERIODS if any(p in b.period and level in b.geo for b in owner.breakdowns)]
    if period and period not in periods:
        raise VigieError(f"{owner.name} has no period '{period}' for {level}: it has {', '.join(periods)}.")
    period = period or periods[0]
    axis, only = _divided(owner, by, level)
    fixed = {"geo_level": level, "geo_code": code, "period": period, "sex": "all", "age_scheme": "all"}
    scheme, stratum = _stratum(owner, level)
    fixed |= {"stratum_scheme": scheme, "stratum": stratum}
    for column in {"geo_code": ["geo_code"], "sex": ["sex"], "age_class": ["age_scheme"]}.get(axis, []):
        fixed.pop(column)
    for column in ("stratum_scheme", "stratum") if axis == "stratum" else ():
        fixed.pop(column)
    conditions = [f"{column} = {literal(value)}" for column, value in fixed.items() if value]
    conditions += [only] if only else []
    query = f"""
        with shown as (
            select {as_published(owner)} from {relation} where {" and ".join(conditions)}
        )
        select {axis or "'all'"} as what, * exclude (indicator)
        from shown
        where period_end in (select distinct period_end from shown order by period_end desc limit {max(last, DRAWN)})
        order by what, period_end
    """
    try:
        cursor = scratch.connection.execute(query)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except duckdb.Error as error:
        raise failed(scratch, owner, error) from error
    series: dict[str, list[dict]] = {}
    for row in rows:
        series.setdefault(str(row["what"]), []).append(row)
    made = [Row(of, found[-1], [row["value"] for row in found][-DRAWN:]) for of, found in series.items()]
    besides = [] if scheme == "all" or axis == "stratum" else [owner.stratum_words(f"{scheme}.{stratum}", "en")]
    shown = rows[-last:] if not axis else []
    return View(f"{level}:{code}" if code else level, period, besides, axis, made, shown)


def _place(scratch: Scratch, owner: Indicator, relation: str, geo: str, by: str) -> tuple[str, str]:
    """The level and the code that are asked for; no code when it is divided by place."""
    levels = list(dict.fromkeys(level for b in owner.breakdowns for level in b.geo))
    asked, colon, code = geo.partition(":")
    if by == "geo":
        wanted = asked or next((level for level in levels if level != "FRA"), levels[0])
        if wanted in levels:
            return wanted, ""
    elif not geo:
        return ("FRA", "FR") if "FRA" in levels else (levels[0], "")
    elif asked == "FRA" and asked in levels:
        return "FRA", "FR"
    elif colon and asked in levels:
        return asked, code
    elif asked in levels:
        raise VigieError(
            f"{asked} has many places: name one, such as --geo {asked}:75, or show all: --by geo --geo {asked}"
        )
    elif not colon:
        query = f"select distinct geo_level from {relation} where geo_code = {literal(asked)} order by 1"
        found = [level for (level,) in scratch.connection.execute(query).fetchall()]
        if len(found) == 1:
            return found[0], asked
        if found:
            raise VigieError(
                f"'{asked}' is a code of several levels: {', '.join(f'{each}:{asked}' for each in found)}."
            )
    raise VigieError(f"{owner.name} has no place '{geo}': its levels are {', '.join(levels)}.")


def _divided(owner: Indicator, by: str, level: str) -> tuple[str, str]:
    """The column by which the figures are divided, and the condition that goes with it."""
    here = [b for b in owner.breakdowns if level in b.geo]
    ages = list(dict.fromkeys(age for b in here for age in b.age if age != "all"))
    schemes = list(owner.stratum_schemes)
    if by in ("", "geo"):
        return {"": "", "geo": "geo_code"}[by], ""
    if by == "sex" and any(set(b.sex) != {"all"} for b in here):
        return "sex", ""
    if by == "age" and ages or by in ages:
        return "age_class", f"age_scheme in ('all', {literal(by if by in ages else ages[0])})"
    if by == "stratum" and schemes or by in schemes:
        return "stratum", f"stratum_scheme in ('all', {literal(by if by in schemes else schemes[0])})"
    known = ["geo", *(["sex", "age", *ages] if ages else []), *(["stratum", *schemes] if schemes else [])]
    raise VigieError(f"{owner.name} is not divided by '{by}' for {level}: it is by {', '.join(known)}.")


def _stratum(owner: Indicator, level: str) -> tuple[str, str]:
    """The total, or the first stratum of an indicator that has none."""
    found = [pair for b in owner.breakdowns if level in b.geo for pair in owner.strata(b)]
    return ("all", "all") if ("all", "all") in found else found[0]


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
    header = {"release_id": "preview", "today": clock.today(), "as_of": None, "docs": False}
    write_methods(staging, [page], header)
    return staging / "methods" / f"{owner.name}.{language}.html"


def wrong_ones(checks: Iterable[Check]) -> list[Check]:
    """The checks that hold the output."""
    return [check for check in checks if check.wrong and check.blocks]
