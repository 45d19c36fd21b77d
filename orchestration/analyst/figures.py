"""The figures of an indicator that a preview shows: of which place, which period, divided by what."""

from dataclasses import dataclass, field

import duckdb

from orchestration.analyst.scratch import Scratch
from orchestration.errors import VigieError
from orchestration.landing.checking import literal
from orchestration.release.declarations import Indicator
from orchestration.release.disclosure import has_classes
from orchestration.release.methods import PERIODS
from orchestration.release.policy import disclosure_policy
from orchestration.release.series import as_published

#: Points of a sparkline.
DRAWN = 60


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


def view_of(scratch: Scratch, owner: Indicator, geo: str = "", by: str = "", period: str = "", last: int = 14) -> View:
    """The last figures of an indicator: of a place over the last periods, or at the last one by what divides it.

    `geo` is a level, a code or `LEVEL:CODE`; `by` is sex, age, geo, stratum or the name of a scheme of ages or strata.
    Raises VigieError on one that the indicator does not have, or of which the disclosure policy lets no number be told.
    """
    relation = scratch.relation(owner.node)
    level, code = _place(scratch, owner, relation, geo, by)
    axis, only, ages = _divided(owner, by, level)
    _refuse_classes(scratch, owner, level, ages)
    periods = [p for p in PERIODS if any(p in b.period and level in b.geo for b in owner.breakdowns)]
    if period and period not in periods:
        raise VigieError(f"{owner.name} has no period '{period}' for {level}: it has {', '.join(periods)}.")
    period = period or periods[0]
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
        raise scratch.failed(owner.node, error) from error
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
    # Nobody is shown by default what may not be told.
    told = [level for level in levels if not disclosure_policy().refused([level], ["all"])] or levels
    asked, colon, code = geo.partition(":")
    if by == "geo":
        wanted = asked or next((level for level in told if level != "FRA"), told[0])
        if wanted in levels:
            return wanted, ""
    elif not geo:
        return ("FRA", "FR") if "FRA" in levels else (told[0], "")
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


def _refuse_classes(scratch: Scratch, owner: Indicator, level: str, ages: list[str]) -> None:
    """Raise VigieError when no number may be told of a level by these age schemes: who asks is no reason to tell it."""
    if not disclosure_policy().refused([level], ages):
        return
    by = f" by {', '.join(ages)}" if not disclosure_policy().refused([level], ["all"]) else ""
    declarations = scratch.compiled.project.declarations
    files = [each.name for each in declarations.layouts if has_classes(declarations.columns(each.node))]
    where_else = f" Classes of rates are in {', '.join(files)}." if files else ""
    raise VigieError(
        f"No number of {owner.name} is shown for {level}{by}: the disclosure policy (`disclosure.exact` of "
        f"dbt_project.yml) does not let it be told.{where_else}"
    )


def _divided(owner: Indicator, by: str, level: str) -> tuple[str, str, list[str]]:
    """The column by which the figures are divided, the condition that goes with it, and the age schemes shown."""
    here = [b for b in owner.breakdowns if level in b.geo]
    ages = list(dict.fromkeys(age for b in here for age in b.age if age != "all"))
    schemes = list(owner.stratum_schemes)
    if by in ("", "geo"):
        return {"": "", "geo": "geo_code"}[by], "", ["all"]
    if by == "sex" and any(set(b.sex) != {"all"} for b in here):
        return "sex", "", ["all"]
    if by == "age" and ages or by in ages:
        told = [age for age in ages if not disclosure_policy().refused([level], [age])] or ages
        scheme = by if by in ages else told[0]
        return "age_class", f"age_scheme in ('all', {literal(scheme)})", ["all", scheme]
    if by == "stratum" and schemes or by in schemes:
        scheme = by if by in schemes else schemes[0]
        return "stratum", f"stratum_scheme in ('all', {literal(scheme)})", ["all"]
    known = ["geo", *(["sex", "age", *ages] if ages else []), *(["stratum", *schemes] if schemes else [])]
    raise VigieError(f"{owner.name} is not divided by '{by}' for {level}: it is by {', '.join(known)}.")


def _stratum(owner: Indicator, level: str) -> tuple[str, str]:
    """The total, or the first stratum of an indicator that has none."""
    found = [pair for b in owner.breakdowns if level in b.geo for pair in owner.strata(b)]
    return ("all", "all") if ("all", "all") in found else found[0]
