"""What may be said of a change: the rules of all sentences, signs and percentages of the site and the bulletins.

- A sign or a word of trend is given only when the 95 % interval of the change excludes none. The interval comes from
  those published of both figures, by the MOVER of Zou and Donner (Statistics in Medicine, 2008), which holds for
  figures that do not share what they count: periods are compared with the one that ended a week before.
- A provisional figure is not compared: what is still to come would be read as a fall. Pages compare the last that is
  not (and say of which day), bulletins say that it is not consolidated.
- Where one of the two periods holds more public holidays than the other, the change bears a mark and no word of trend:
  on such a day laboratories and surgeries are closed, and what they would have counted comes later or never.
- A figure without an interval is a complete count: its change is told as it is, without a word of trend.
- Of counts and rates the change is in per cent with two significant figures, of shares in points, of others in their
  unit. A percentage is withheld when either count is below `SMALL`.
- A level to date only grows: what came in the week is told, without a word of trend.
"""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import holidays

from orchestration.release import words
from orchestration.release.words import NARROW

# The least count of which a percentage is told. A choice of this project: the official bulletins have the rule, and do
# not give the number.
SMALL = 20
# The mark of a change between periods of which one holds more public holidays.
HOLIDAY = "\u00a0\u2020"


@dataclass(frozen=True)
class Change:
    """The change of a figure since the one a week before.

    `kind` is `percent`, `points` or `amount`; `size` the change in it, None when it is withheld (`small`) or not known.
    `direction` is 1 or -1 where a sign may be given and 0 where none may; `trend` whether a word may be.
    """

    kind: str
    size: float | None
    direction: int
    trend: bool
    small: bool = False
    holiday: bool = False


def is_share(unit: str) -> bool:
    """Whether a figure is a share of a whole, by its English unit."""
    return unit.startswith("%")


def change(now: Mapping, before: Mapping | None, unit: str, count: bool) -> Change | None:
    """The change between two figures (rows of a series); None when one of them is missing. `unit` is the English one,
    `count` says whether the figure is what it counts."""
    if before is None or now["value"] is None or before["value"] is None:
        return None
    new, old = now["value"], before["value"]
    direction, known = _direction(now, before)
    holiday = _holidays_in(now) != _holidays_in(before)
    known = known and not holiday
    if now["period"] == "cumulative" and count:
        return Change("amount", new - old, _sign(new - old), False)
    counted = [row["value"] if count else row["numerator"] for row in (now, before)]
    small = any(each is not None and abs(each) < SMALL for each in counted)
    if is_share(unit):
        return Change("points", None if small else new - old, direction, known and not small, small, holiday)
    if all(each is not None for each in counted) and (count or unit.startswith("per ")):
        size = None if small or old <= 0 else 100 * (new / old - 1)
        return Change("percent", size, direction, known and not small, small or old <= 0, holiday)
    return Change("amount", new - old, direction, known, holiday=holiday)


def _direction(now: Mapping, before: Mapping) -> tuple[int, bool]:
    """The sign that may be given, and whether an interval says so."""
    new, old = now["value"], before["value"]
    bounds = [row[end] for row in (now, before) for end in ("ci_low", "ci_high")]
    if any(each is None for each in bounds):
        return _sign(new - old), False
    low = new - old - math.hypot(new - now["ci_low"], before["ci_high"] - old)
    high = new - old + math.hypot(now["ci_high"] - new, old - before["ci_low"])
    return (1 if low > 0 else -1 if high < 0 else 0), True


def _holidays_in(row: Mapping) -> int:
    """The public holidays on working days of the seven days of a figure; none of one that is of no such period."""
    return _holidays_before(row["period_end"]) if row["period"] in ("rolling7", "week") else 0


@cache
def _holidays_before(last: str) -> int:
    end = dt.date.fromisoformat(last)
    week = [end - dt.timedelta(n) for n in range(7)]
    return sum(day in _public_holidays(day.year) and day.isoweekday() < 7 for day in week)


@cache
def _public_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.France(years=year))


def _sign(amount: float) -> int:
    return (amount > 0) - (amount < 0)


def told(found: Change | None, language: str, decimals: int = 0) -> str:
    """A change in a few signs: `+12 %`, `−1,3 pt`, `≈`, or why it is not told."""
    french = language == "fr"
    if found is None:
        return "–"
    if found.small:
        return "petits effectifs" if french else "small numbers"
    mark = HOLIDAY if found.holiday else ""
    if not found.direction:
        if found.size == 0:
            return "=" + mark
        return ("pas d'évolution nette" if french else "no clear change") + mark
    assert found.size is not None
    if found.kind == "percent":
        text = words.number(two_figures(abs(found.size)), language) + (f"{NARROW}%" if french else "%")
    elif found.kind == "points":
        text = words.number(abs(found.size), language, 1) + ("\u00a0pt" if french else "\u00a0pp")
    else:
        text = words.number(abs(found.size), language, decimals)
    return ("+" if found.direction > 0 else "\u2212") + text + mark


def two_figures(amount: float) -> float:
    """A percentage with two significant figures, below 10 with one decimal at most."""
    if amount < 10:
        return round(amount, 1)
    scale = 10 ** (math.floor(math.log10(amount)) - 1)
    return round(amount / scale) * scale


def trend_word(found: Change | None, language: str) -> str:
    """The word that may be said of a change; empty where none may."""
    if found is None or not found.trend:
        return ""
    said = {
        1: ("en hausse", "rising"),
        -1: ("en baisse", "falling"),
        0: ("sans évolution nette", "without clear change"),
    }
    return said[found.direction][0 if language == "fr" else 1]
