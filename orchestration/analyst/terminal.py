"""A preview as text for a terminal."""

import re
from collections.abc import Callable, Iterable, Sequence

from orchestration.analyst.figures import View
from orchestration.analyst.places import MARK, call_at, line_in
from orchestration.analyst.preview import Cells, Check
from orchestration.release.declarations import Indicator, Layout
from orchestration.release.policy import publishing
from orchestration.release.words import number, word

BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None]) -> str:
    """A block for each value, from the lowest of them to the highest; a space where there is none."""
    known = [value for value in values if value is not None]
    low, span = min(known, default=0.0), max(known, default=0.0) - min(known, default=0.0)
    return "".join(
        " " if value is None else BLOCKS[round((value - low) / span * (len(BLOCKS) - 1)) if span else 0]
        for value in values
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[str] = ()) -> list[str]:
    """Columns side by side, numbers to the right; those named in `left` to the left."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    aligned = (
        "   ".join(
            text.ljust(width) if head[n] in left else text.rjust(width)
            for n, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
    return [f"  {line}".rstrip() for line in aligned]


def figures_shown(owner: Indicator, view: View) -> list[str]:
    """The place, the sparkline and the table of figures."""
    decimals = publishing().published_decimals if owner.decimals is None else owner.decimals
    values = [value for row in view.rows for value in row.values if value is not None]
    decimals = 0 if all(float(value).is_integer() for value in values) else decimals
    place = {"FRA:FR": "France"}.get(view.place, view.place)
    divided = {"": "all sexes, all ages", "sex": "by sex", "age_class": "by age", "geo_code": "by place"}
    said = [place, word("period", view.period, "en"), divided.get(view.by, "by stratum"), *view.besides]
    lines = [", ".join(said)]
    if not view.rows:
        return [*lines, "", "  No figure: nothing that was counted is within this."]
    columns = [name for name in ("value", "numerator", "denominator") if name in owner.figures]
    bounds = "ci_low" in owner.figures

    def told(row: dict) -> list[str]:
        places = {"value": decimals}
        found = [number(row[name], "en", places.get(name)) for name in columns]
        interval = [number(row[end], "en", decimals) for end in ("ci_low", "ci_high")]
        found[1:1] = [" to ".join(interval) if row["ci_low"] is not None else "–"] if bounds else []
        return [*found, str(row["status"])]

    head = [columns[0], *(["95% interval"] if bounds else []), *columns[1:], "status"]
    if view.by:
        rows = [
            [row.of, sparkline(row.values), str(row.figures["period_end"]), *told(row.figures)] for row in view.rows
        ]
        return [*lines, "", *table(["", "last periods", "up to", *head], rows, left=("", "last periods", "status"))]
    drawn = view.rows[0].values
    known = [value for value in drawn if value is not None]
    extremes = f"{number(min(known), 'en', decimals)} to {number(max(known), 'en', decimals)}" if known else "no value"
    lines += ["", f"  {sparkline(drawn)}  {len(drawn)} periods, {extremes}", ""]
    return lines + table(
        ["up to", *head], [[str(row["period_end"]), *told(row)] for row in view.last], left=("status",)
    )


def cells_shown(cells: Cells) -> list[str]:
    """How many cells there are, by status, and what differs from the last release."""
    total = sum(cells.by_status.values())
    by_status = ", ".join(f"{count:,} {status}" for status, count in cells.by_status.items() if status)
    lines = [f"Cells      {total:,}{': ' if by_status else ''}{by_status}"]
    if cells.new:
        lines.append(f"Published  nothing of it is in the release {cells.release} yet")
    elif cells.release and cells.differing:
        of = f"{cells.differing:,} of {cells.published:,} published cells differ"
        lines.append(f"Published  {of} from the release {cells.release}, first at {cells.first_differing}")
    elif cells.release:
        lines.append(f"Published  all {cells.published:,} published cells are those of the release {cells.release}")
    return lines


def checks_shown(checks: Sequence[Check]) -> list[str]:
    """The checks that passed on one line, and a line for each other."""
    passed = [check.name for check in checks if not check.wrong]
    lines = [f"Checks     passed: {', '.join(passed)}"] if passed else []
    lines += [
        f"{'Wrong' if check.blocks else 'Warning':<11}{check.name}: {check.wrong}" for check in checks if check.wrong
    ]
    return lines


def one_line(name: str, cells: Cells, checks: Sequence[Check]) -> str:
    """An output among several."""
    wrong = [check for check in checks if check.wrong]
    said = "; ".join(f"{check.name}: {check.wrong}" for check in wrong) or f"{len(checks)} checks passed"
    differs = f", {cells.differing:,} published cells differ" if cells.differing else ""
    return f"  {name}: {sum(cells.by_status.values()):,} cells{differs}; {said}"


def heading(owner: Indicator | Layout, file: str) -> str:
    """What an output is and where it is written."""
    unit = f" ({owner.unit.en})" if isinstance(owner, Indicator) else ""
    return f"{owner.name} · {owner.title.en}{unit}\n{file}"


def sql_shown(file: str, marked: str, text: Callable[[str], str]) -> list[str]:
    """SQL that can be pasted, with a comment where another line of the file begins, or a macro: `-- :17 share_of`.

    `marked` bears the marks of the lines, `text` puts in what the watermarks are.
    """
    found, before = [], None
    for number_, line in enumerate(marked.split("\n"), 1):
        written = MARK.sub("", line).rstrip()
        if not written:
            continue
        at, made = line_in(marked, number_)
        origin = call_at(file, at)[:2] if made else (at, "")
        hint = f"  -- :{origin[0]} {origin[1]}".rstrip() if origin != before else ""
        found.append(f"{text(written)}{hint}")
        before = origin if made else (at + 1, "")
    return [re.sub(r"\s+$", "", line) for line in found]
