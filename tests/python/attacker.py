"""An attacker who reads the open data: how far do the files of one or two releases narrow a count that they hide?

He knows the populations, the map, and every published file: classes of the places below the département, exact counts
of départements and métropoles. He holds for each place, age and count an interval, and narrows it by all that must be
true: the classes, positives among the people tested, ages that add up, IRIS that make a commune, communes that make an
EPCI, and parts of EPCI that make a département; the same in a second release, where late results can only have added to
the first.

He grants himself more than he has: that no result is without a known place, and the exact count of people of 65 and
over in each département.

A count is *hidden* when the exact figures alone (département, métropole) leave it open. It is *found* when the files
leave fewer than five values of it, and fewer than the exact figures alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from pathlib import Path

import numpy as np
import pandas as pd

ENOUGH = 5
UNLIMITED = 1e8
AGES = ("all", "65", "64")
COUNTS = ("cases", "tested")
KEY = ["geo_level", "geo_code", "week", "age_class"]
LABEL = re.compile(r"\[(?P<low>[0-9.]+);(?:(?P<high>[0-9.]+)\[|Max\])")
#: File, column of the place, level; then the columns of the classes.
CLASS_FILES = (("sg-epci", "epci2020", "EPCI"), ("sg-com", "com2020", "COM"), ("sg-iris", "iris2019", "IRIS"))
RATES = ("ti", "td", "tp")


@dataclass
class Files:
    """What one release tells.

    `classes`: geo_level, geo_code, week (its last day), age_class, ti, td, tp (labels, or missing).
    `exact`: geo_level (DEP, METRO), geo_code, week, age_class, cases, tested (NaN where not published).
    """

    classes: pd.DataFrame
    exact: pd.DataFrame

    def of(self, week: str) -> Files:
        """The rows of one week."""
        return Files(*(rows[rows["week"] == week] for rows in (self.classes, self.exact)))

    def without_classes(self) -> Files:
        """The exact figures alone."""
        return Files(self.classes.iloc[:0], self.exact)


def read_files(open_data: Path, populations: pd.DataFrame) -> Files:
    """The files of a release as the public downloads them; populations turn the rate of a métropole into its count."""
    classes = []
    for name, place, level in CLASS_FILES:
        rows = pd.read_csv(open_data / f"{name}.csv", sep=";", dtype=str)
        classes.append(
            pd.DataFrame(
                {
                    "geo_level": level,
                    "geo_code": rows[place],
                    "week": rows["semaine_glissante"].str[-10:],
                    "age_class": rows["clage_65"].replace("0", "all"),
                    **{rate: rows[f"{rate}_classe"] for rate in RATES},
                }
            )
        )
    weekly = pd.read_csv(open_data / "sp-dep-heb.csv", sep=";", dtype={"dep": str, "semaine": str, "cl_age90": str})
    weekly["week"] = pd.to_datetime(weekly["semaine"].str.replace("S", "W") + "-7", format="%G-W%V-%u").astype(str)
    exact = [
        weekly[weekly["cl_age90"] == "0"]
        .rename(columns={"dep": "geo_code", "P": "cases", "T": "tested"})
        .assign(geo_level="DEP", age_class="all")
    ]
    metropoles = pd.read_csv(open_data / "sg-metro.csv", sep=";", dtype={"epci2020": str, "clage_65": str})
    metropoles = metropoles.assign(
        geo_level="METRO",
        geo_code=metropoles["epci2020"],
        week=metropoles["semaine_glissante"].str[-10:],
        age_class=metropoles["clage_65"].replace("0", "all"),
        tested=np.nan,
    ).merge(populations, on=["geo_level", "geo_code", "age_class"])
    metropoles["cases"] = (metropoles["ti"] * metropoles["population"] / 1e5).round()
    exact.append(metropoles)
    return Files(pd.concat(classes), pd.concat(exact)[[*KEY, *COUNTS]])


@dataclass
class System:
    """Whole numbers between bounds, and what binds them. A variable is its position in the arrays."""

    size: int = 0
    bounds: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)
    totals: list[np.ndarray] = field(default_factory=list)
    terms: list[np.ndarray] = field(default_factory=list)
    sums: list[np.ndarray] = field(default_factory=list)
    ratios: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    at_most: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    number_of_sums: int = 0

    def variables(self, high: np.ndarray) -> np.ndarray:
        """New variables from 0 to `high`."""
        new = np.arange(self.size, self.size + len(high))
        self.size += len(high)
        self.narrow(new, np.zeros(len(high)), high)
        return new

    def add_up(self, total: np.ndarray, term: np.ndarray) -> None:
        """The terms of a total make it: one pair (total, term) for each term."""
        distinct, positions = np.unique(total, return_inverse=True)
        self.totals.append(distinct)
        self.terms.append(term)
        self.sums.append(positions + self.number_of_sums)
        self.number_of_sums += len(distinct)

    def narrow(self, variables: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        """Bounds of some variables."""
        self.bounds.append((variables, np.asarray(low, dtype=float), np.asarray(high, dtype=float)))

    def solve(self, rounds: int = 200) -> tuple[np.ndarray, np.ndarray]:
        """The bounds, narrowed as long as anything narrows."""
        low, high = np.zeros(self.size), np.full(self.size, np.inf)
        for variables, least, most in self.bounds:
            np.maximum.at(low, variables, least)
            np.minimum.at(high, variables, most)
        total, term, sums = (np.concatenate(parts) for parts in (self.totals, self.terms, self.sums))
        for _ in range(rounds):
            before = low.sum() - high.sum()
            least = np.bincount(sums, low[term], self.number_of_sums)
            most = np.bincount(sums, high[term], self.number_of_sums)
            np.maximum.at(low, total, least)
            np.minimum.at(high, total, most)
            above, below = high[total] - least, low[total] - most
            np.minimum.at(high, term, low[term] + above[sums])
            np.maximum.at(low, term, high[term] + below[sums])
            for part, whole in self.at_most:
                np.minimum.at(high, part, high[whole])
                np.maximum.at(low, whole, low[part])
            for part, whole, lowest, highest in self.ratios:
                np.maximum.at(low, part, np.ceil(lowest * low[whole] - 1e-9))
                np.minimum.at(high, part, np.ceil(highest * high[whole] - 1e-9) - 1)
                np.maximum.at(low, whole, np.floor(low[part] / highest + 1e-9) + 1)
                with np.errstate(divide="ignore", invalid="ignore"):
                    most_of_whole = np.where(lowest > 0, np.floor(high[part] / lowest + 1e-9), np.inf)
                np.minimum.at(high, whole, most_of_whole)
            if low.sum() - high.sum() == before:
                break
        return low, high


@dataclass
class Map:
    """The places, every one a row: its level and code, its population by age, and what it is part of.

    `iris`: iris, com; `communes`: com, epci (may be missing), dep; `populations`: geo_level, geo_code, age_class,
    population.
    """

    iris: pd.DataFrame
    communes: pd.DataFrame
    populations: pd.DataFrame

    def __post_init__(self) -> None:
        communes = self.communes.assign(piece=self.communes["epci"].fillna("") + "-" + self.communes["dep"])
        iris = self.iris[self.iris["com"].isin(communes["com"])]
        epci = communes.dropna(subset="epci")
        codes = {
            "IRIS": iris["iris"],
            "COM": communes["com"],
            "PIECE": communes["piece"].unique(),
            "EPCI": epci["epci"].unique(),
            "DEP": communes["dep"].unique(),
        }
        self.places = pd.concat([pd.DataFrame({"geo_level": k, "geo_code": v}) for k, v in codes.items()])
        self.places = self.places.reset_index(drop=True)
        self.at = pd.Series(self.places.index, index=pd.MultiIndex.from_frame(self.places))
        pieces = communes.drop_duplicates("piece")
        bound = [
            ("COM", iris["com"], "IRIS", iris["iris"]),
            ("PIECE", communes["piece"], "COM", communes["com"]),
            ("EPCI", pieces.dropna(subset="epci")["epci"], "PIECE", pieces.dropna(subset="epci")["piece"]),
            ("DEP", pieces["dep"], "PIECE", pieces["piece"]),
        ]
        self.nested = [
            (self.index(level, whole), self.index(part_level, part)) for level, whole, part_level, part in bound
        ]
        # An IRIS that is a whole commune is told as that commune, by its population.
        alone = iris[~iris["com"].duplicated(keep=False)].set_index("iris")["com"]
        of_communes = self.populations[self.populations["geo_level"] == "COM"]
        as_iris = alone.reset_index().merge(of_communes, left_on="com", right_on="geo_code")
        as_iris = as_iris.assign(geo_level="IRIS", geo_code=as_iris["iris"])[of_communes.columns]
        # An EPCI may bear the code of an IRIS.
        is_alone = (self.populations["geo_level"] == "IRIS") & self.populations["geo_code"].isin(alone.index)
        others = self.populations[~is_alone]
        self.populations = pd.concat([others, as_iris])
        self.people = {
            age: self.places.merge(
                self.populations[self.populations["age_class"] == age], on=["geo_level", "geo_code"], how="left"
            )["population"].to_numpy()
            for age in AGES
        }

    def index(self, level: str, codes: pd.Series) -> np.ndarray:
        """Positions of places of a level."""
        return self.at.reindex(pd.MultiIndex.from_product([[level], codes])).to_numpy()

    def rows(self, frame: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
        """Positions of the places of rows, and those rows of which the place is known; a métropole is an EPCI."""
        levels = frame["geo_level"].replace("METRO", "EPCI")
        found = self.at.reindex(pd.MultiIndex.from_arrays([levels, frame["geo_code"]]))
        known = found.notna().to_numpy()
        return found[known].to_numpy().astype(int), frame[known]


def state(system: System, places: Map, files: Files) -> dict[tuple[str, str], np.ndarray]:
    """What one release tells: by count and age a variable for each place, with its bounds and what binds it."""
    size = len(places.places)
    found = {(count, age): system.variables(np.full(size, UNLIMITED)) for count in COUNTS for age in AGES}
    for age in AGES:
        at, exact = places.rows(files.exact[files.exact["age_class"] == age])
        for count in COUNTS:
            given = exact[count].notna().to_numpy()
            system.narrow(found[count, age][at[given]], exact[count][given], exact[count][given])
        at, classes = places.rows(files.classes[files.classes["age_class"] == age])
        people = np.nan_to_num(places.people[age][at])
        for rate, count in (("ti", "cases"), ("td", "tested")):
            least, most = _bounds(classes[rate])
            system.narrow(
                found[count, age][at],
                np.ceil(least * people / 1e5 - 1e-9),
                np.ceil(np.where(np.isinf(most), np.inf, np.where(np.isinf(most), 0, most) * people / 1e5) - 1e-9) - 1,
            )
        told = classes["tp"].notna().to_numpy()
        least, most = _bounds(classes["tp"][told])
        part, whole = found["cases", age][at[told]], found["tested", age][at[told]]
        system.narrow(whole, np.ones(len(whole)), np.full(len(whole), UNLIMITED))
        system.ratios.append((part, whole, least / 100, most / 100))
        system.at_most.append((found["cases", age], found["tested", age]))
        _nest(system, places, {count: found[count, age] for count in COUNTS})
    for count in COUNTS:
        for age in ("65", "64"):
            system.at_most.append((found[count, age], found[count, "all"]))
        both = np.concatenate([found[count, "65"], found[count, "64"]])
        system.add_up(np.tile(found[count, "all"], 2), both)
    return found


def _nest(system: System, places: Map, found: dict[str, np.ndarray]) -> None:
    for variables in found.values():
        for whole, part in places.nested:
            system.add_up(variables[whole], variables[part])


def _bounds(labels: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bound of classes; of a missing one, everything."""
    parts = labels.fillna("[0;Max]").str.extract(LABEL)
    assert parts["low"].notna().all(), f"not the label of a class: {labels[parts['low'].isna()].unique()}"
    return parts["low"].astype(float).to_numpy(), parts["high"].astype(float).fillna(np.inf).to_numpy()


def counts_left(places: Map, releases: list[Files]) -> pd.DataFrame:
    """Between what bounds one or two releases leave each count of a week: a row per release, place, age and count.

    Columns release, geo_level, geo_code, age_class, count, low, high. A class that the second release repeats is taken
    to be told of the counts of the first.
    """
    system = System()
    states = []
    for number, files in enumerate(releases):
        if number:
            repeated = files.classes.merge(releases[0].classes[[*KEY, *RATES]], on=[*KEY, *RATES])[KEY]
            known = pd.MultiIndex.from_frame(files.classes[KEY]).isin(pd.MultiIndex.from_frame(repeated))
            files = Files(files.classes[~known], files.exact)
        states.append(state(system, places, files))
    if len(states) == 2:
        for key, first in states[0].items():
            added = system.variables(np.full(len(first), UNLIMITED))
            system.add_up(np.tile(states[1][key], 2), np.concatenate([first, added]))
            _nest(system, places, {key[0]: added})
    low, high = system.solve()
    frames = []
    for number, found in enumerate(states):
        for (count, age), variables in found.items():
            frame = places.places.assign(release=number, count=count, age_class=age)
            frames.append(frame.assign(low=low[variables], high=high[variables]))
    return pd.concat(frames).query("geo_level in ('IRIS', 'COM', 'EPCI')").reset_index(drop=True)


def found_counts(places: Map, releases: list[Files]) -> pd.DataFrame:
    """The hidden counts of one week that the files tell, exactly or to fewer than five values."""
    told = counts_left(places, releases)
    implied = counts_left(places, [files.without_classes() for files in releases])
    left, left_by_exact = told["high"] - told["low"] + 1, implied["high"] - implied["low"] + 1
    assert (left >= 1).all(), "the files contradict each other"
    return told.assign(left=left, left_by_exact=left_by_exact)[(left < ENOUGH) & (left < left_by_exact)]


def found_in_what_is_told(told: pd.DataFrame, by: Sequence[str], counts: Iterable[str]) -> pd.DataFrame:
    """The outcomes of a rule that lead back to fewer than five values of a count.

    `told` has a row for every count that is possible, with what the rule makes of it: the columns `by`, of which a
    class that is missing is a value as any other. A row per outcome, with how many values of each of the `counts` lead
    to it.
    """
    left = told.groupby(list(by), dropna=False, as_index=False)[list(counts)].nunique()
    return left[(left[list(counts)] < ENOUGH).any(axis=1)]


def nearest_low_ends(parts: Sequence[Sequence[int]], total: int) -> pd.DataFrame:
    """By total, the nearest sum of low ends that leaves each place of a withheld whole five counts.

    `parts` are the counts at which the classes of each place begin, [0] where it has none. Where classes are withheld
    of a total, they must be at that nearest sum too: above it any place can hold up to four more, the others what is
    left.
    Columns total, low, is_held: whether the others do hold it, since one of them has no classes or two are in the last.
    """
    sums, size = sums_of_low_ends(parts, total), len(parts)
    reached = np.array([bit == "1" for bit in reversed(f"{sums:b}".zfill(total + 1))])[: total + 1]
    nearest = np.maximum.accumulate(np.where(reached, np.arange(total + 1), 0))
    totals = np.arange(ENOUGH, total + 1)
    found = pd.DataFrame({"total": totals, "low": nearest[totals - ENOUGH + 1]})
    steps = [part[-1] - part[-2] for part in parts if len(part) > 1]
    two_in_the_last = found["low"] > sum(part[-1] for part in parts) - sum(steps) + max(steps, default=0)
    is_little = found["total"] - found["low"] <= (ENOUGH - 1) * (size - 1)
    return found.assign(is_held=is_little | two_in_the_last | any(len(part) == 1 for part in parts))


def sums_of_low_ends(parts: Iterable[Sequence[int]], most: int) -> int:
    """The sums up to `most` that the low ends of the classes of some places can make, as bits."""
    return reduce(lambda sums, part: _with(sums, part, most), parts, 1)


def sums_of_both(one: int, other: int, most: int) -> int:
    """The sums up to `most` of one of some sums and one of others, as bits."""
    return reduce(or_, (other << low for low in _bits(one)), 0) & ((1 << (most + 1)) - 1)


def fewest_left(parts: list[Sequence[int]], withheld: dict[int, int]) -> dict[int, int]:
    """By total, the fewest counts possible of a place of which the classes are withheld with those beside it.

    Who knows the total and the rule tries every pattern of classes: possible are those of which the low ends have a sum
    at which the rule withholds. `parts` are the counts at which the classes of each place begin, `withheld` the sums of
    low ends at which it withholds a total, as bits. A total that the rule never withholds is left out.
    """
    most = max(withheld)
    distinct = Counter(tuple(first for first in part if first <= most) for part in parts)
    before, behind = [1], [1]
    lists = [part for part, number in distinct.items() for _ in range(number)]
    first_of = {part: lists.index(part) for part in distinct}
    for part in lists:
        before.append(_with(before[-1], part, most))
    for part in reversed(lists):
        behind.append(_with(behind[-1], part, most))
    left = {}
    for part, at in first_of.items():
        # What the others hold above their low ends without another class: four each at least, any where one has none.
        room = most if distinct[(0,)] > (part == (0,)) else (ENOUGH - 1) * (len(lists) - 1)
        others = sums_of_both(before[at], behind[len(lists) - at - 1], most)
        ends = [*part[1:], most + 1]
        for total, sums in withheld.items():
            possible = set()
            for low, end in zip(part, ends, strict=True):
                for other in _bits((others << low) & sums):
                    rest = total - (other - low)
                    possible.update(range(max(low, rest - room), min(end - 1, rest) + 1))
            if possible:
                left[total] = min(left.get(total, len(possible)), len(possible))
    return left


def _with(sums: int, part: Sequence[int], most: int) -> int:
    return reduce(or_, (sums << first for first in part if first <= most)) & ((1 << (most + 1)) - 1)


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def found_in_windows(windows: pd.DataFrame, by_day: pd.DataFrame) -> int:
    """How many counts of seven days are found, when classes of several windows that overlap are published.

    `windows`: place, whole (its département), last (number of the last day, from 6), low and high (bounds of the
    class).
    `by_day`: whole, day, cases: the published count of each day.
    """

    def bounds(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        system = System()
        places, at = np.unique(windows["place"], return_inverse=True)
        wholes = windows.drop_duplicates("place").set_index("place")["whole"].reindex(places)
        days = by_day["day"].max() + 1
        cases = system.variables(np.full(len(places) * days, UNLIMITED)).reshape(len(places), days)
        sums = system.variables(np.full(len(windows), UNLIMITED))
        system.narrow(sums, low, high)
        of_window = [cases[at, windows["last"].to_numpy() - before] for before in range(7)]
        system.add_up(np.tile(sums, 7), np.concatenate(of_window))
        totals = by_day.pivot(index="whole", columns="day", values="cases")
        all_cases = system.variables(np.full(totals.size, UNLIMITED))
        system.narrow(all_cases, totals.to_numpy().ravel(), totals.to_numpy().ravel())
        position = totals.index.get_indexer(wholes)
        system.add_up(all_cases.reshape(totals.shape)[position].ravel(), cases.ravel())
        least, most = system.solve()
        return most[sums] - least[sums] + 1

    told = bounds(windows["low"].to_numpy(), windows["high"].to_numpy())
    implied = bounds(np.zeros(len(windows)), np.full(len(windows), UNLIMITED))
    assert (told >= 1).all(), "the windows contradict each other"
    return int(((told < ENOUGH) & (told < implied)).sum())
