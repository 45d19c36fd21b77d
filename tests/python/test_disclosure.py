"""What is published below the département tells no hidden count: an attacker tries, on a realistic epidemic."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from attacker import (
    ENOUGH,
    Files,
    Map,
    counts_left,
    fewest_left,
    found_counts,
    found_in_what_is_told,
    found_in_windows,
    nearest_low_ends,
    read_files,
)
from local_epidemic import DEPARTEMENTS, LocalEpidemic
from official_files import ARCHIVE, EXTRACT, official_file

LONG = bool(os.environ.get("VIGIE_LONG"))
#: Of fewer communes or EPCI, of which the sum is known, nothing is published.
FEWEST_TERMS = 6
#: Cases per 100,000 in a week: between two waves, in a wave, in the wave of January 2022.
LEVELS = [5, 100, 3000]
WITHOUT_SUMS = {"room": 0, "share": 0, "terms": 0}
WITHOUT_POLICY = {"counts": 0, "older": 0, "sums": WITHOUT_SUMS}


@pytest.fixture(scope="module")
def wave():
    return LocalEpidemic(100)


def checked(epidemic: LocalEpidemic, found: pd.DataFrame) -> pd.DataFrame:
    """What the attacker found, which must be true."""
    found = found.merge(
        epidemic.truth.melt(["geo_level", "geo_code", "age_class"], ["cases", "tested"], "count", "truth"),
        on=["geo_level", "geo_code", "age_class", "count"],
        how="left",
    )
    assert found["truth"].between(found["low"], found["high"]).all()
    return found


@pytest.mark.parametrize("level", LEVELS)
def test_the_attacker_finds_no_hidden_count(level):
    epidemic = LocalEpidemic(level)
    files = epidemic.publish()
    told = files.classes[files.classes["ti"].notna()]
    assert set(told["geo_level"]) == {"EPCI", "COM", "IRIS"}
    assert len(told) > 2000, "there is something to attack"
    assert checked(epidemic, found_counts(epidemic.map, [files])).empty


@pytest.fixture(scope="module", params=range(3))
def france(request):
    return LocalEpidemic(0, request.param, departements=None)


@pytest.mark.skipif(not LONG, reason="VIGIE_LONG=1: the whole country, several epidemics")
@pytest.mark.parametrize("level", [1, 5, 20, 100, 300, 1000, 3000])
def test_the_attacker_finds_no_hidden_count_in_the_whole_country(france, level):
    france.draw(level)
    assert checked(france, found_counts(france.map, [france.publish()])).empty


def test_without_the_policy_the_attacker_finds_most_counts():
    epidemic = LocalEpidemic(100, disclosure=WITHOUT_POLICY)
    found = checked(epidemic, found_counts(epidemic.map, [epidemic.publish()]))
    truth = epidemic.truth.query("cases > 0 and age_class == 'all'")
    for level in ("IRIS", "COM"):
        with_a_case = (truth["geo_level"] == level).sum()
        of_them = found.query("geo_level == @level and age_class == 'all' and count == 'cases' and truth > 0")
        assert len(of_them) > 0.7 * with_a_case
        assert (of_them["left"] == 1).sum() > 0.3 * with_a_case


#: Between what counts the parts of a place leave it: population; fewest and most cases, fewest and most people tested.
#: 10**9 is open: no parts, or one without classes.
BESIDE_PARTS = [
    (600, 0, 10**9, 0, 10**9),
    (2_000, 0, 10**9, 0, 10**9),
    (12_000, 0, 10**9, 120, 10**9),
    (9_000, 3, 10**9, 150, 215),
    (20_000, 11, 60, 180, 300),
    (30_000, 14, 52, 401, 520),
    (30_000, 12, 46, 296, 420),
    (60_000, 2, 47, 560, 640),
    (60_000, 55, 88, 590, 700),
    (60_000, 25, 33, 896, 906),
    (40_000, 17, 21, 395, 399),
    (45_000, 60, 118, 62, 130),
]
#: How many counts are tried from the fewest on.
TRIED = 130


def beside_parts(population: int, *bounds: int) -> pd.DataFrame:
    """Every pair of cases and people tested within what the parts leave; where that is open, the first ones."""
    least, most, least_tested, most_tested = bounds
    cases, tested = np.meshgrid(
        np.arange(least, min(most, least + TRIED) + 1),
        np.arange(least_tested, min(most_tested, least_tested + TRIED) + 1),
    )
    pairs = pd.DataFrame({"population": population, "cases": cases.ravel(), "tested": tested.ravel()})
    return pairs[pairs["cases"] <= pairs["tested"]].assign(**dict(zip(OPEN, bounds, strict=True)))


#: What identifies the places of `beside_parts`.
OPEN = [f"{count}_{end}_all" for count in ("cases", "tested") for end in ("low", "high")]


@pytest.mark.parametrize("policy", [None, WITHOUT_POLICY])
def test_whatever_is_told_of_a_place_beside_its_parts_leaves_enough(country, policy):
    """Whoever knows the rule tries every pair of counts: those that would have given the same labels are possible.

    A label that is missing is one more thing that is told. So it is of IRIS, which have no parts, of communes beside
    IRIS and of EPCI beside communes: one rule for all.
    """
    epidemic = country
    if policy:
        epidemic = LocalEpidemic(0, disclosure=policy)
        epidemic.publish()
    told = epidemic.outcomes(pd.concat([beside_parts(*place) for place in BESIDE_PARTS], ignore_index=True))
    for end in ("low", "high"):
        # What is narrowed by the bounds of a place relies on it.
        assert (told[f"told_cases_{end}_all"] <= told[f"told_tested_{end}_all"]).all()
    for count in ("cases", "tested"):
        assert told[count].between(told[f"told_{count}_low_all"], told[f"told_{count}_high_all"]).all()
        # Classes of which some counts were not tried are left out.
        told = told[told[f"told_{count}_high_all"] <= told[f"{count}_low_all"] + TRIED]
    by = ["population", *OPEN, "ti", "td", "tp"]
    assert len(told) > 40_000
    assert len(told.drop_duplicates(by)) > 70
    found = found_in_what_is_told(told, by, ["cases", "tested"])
    if policy:
        assert len(found) > 100
    else:
        assert found.empty, found.to_string()
        assert told["tp"].nunique() > 3
        assert told.drop_duplicates("population")["ti"].notna().all()


#: People of all ages and of 65 and over; what the communes leave of cases, fewest and most of all ages, 65 and 64.
BESIDE_AGES = [
    (45_000, 10_000, (0, 10**9), (0, 10**9), (0, 10**9)),
    (30_000, 12_000, (11, 40), (0, 40), (0, 40)),
    (60_000, 20_000, (20, 75), (7, 40), (9, 62)),
    (50_000, 16_000, (26, 90), (0, 90), (23, 90)),
    (60_000, 30_000, (30, 80), (28, 60), (0, 51)),
    # Of 20 to 29 cases, 17 of others: at most 12 of 65 and over, of whom a class begins at 10.
    (60_000, 20_000, (20, 75), (0, 40), (17, 62)),
]


def beside_ages(people: int, older: int, *bounds: tuple[int, int]) -> pd.DataFrame:
    """Every pair of cases of all ages and of 65 and over within these, among so many tested that positivity is one."""
    everybody, of_65, of_64 = bounds
    cases, older_cases = np.meshgrid(
        np.arange(everybody[0], min(everybody[1], TRIED) + 1), np.arange(of_65[0], min(of_65[1], TRIED) + 1)
    )
    pairs = pd.DataFrame({"cases": cases.ravel(), "older_cases": older_cases.ravel()})
    pairs = pairs.assign(population=people, older_population=older, tested=200_000, older_tested=80_000)
    for age, (least, most) in zip(("all", "65", "64"), bounds, strict=True):
        pairs = pairs.assign(**{f"cases_low_{age}": least, f"cases_high_{age}": most})
    return pairs[(pairs["cases"] - pairs["older_cases"]).between(*of_64)]


def test_whatever_is_told_of_65_and_over_leaves_enough_of_every_age(country):
    """The same of the classes of 65 and over beside those of all ages, and of the others, whom both together tell."""
    told = country.outcomes(pd.concat([beside_ages(*place) for place in BESIDE_AGES], ignore_index=True))
    told["younger"] = told["cases"] - told["older_cases"]
    for age, count in (("all", "cases"), ("65", "older_cases"), ("64", "younger")):
        assert told[count].between(told[f"told_cases_low_{age}"], told[f"told_cases_high_{age}"]).all()
    told = told[(told["told_cases_high_all"] <= TRIED) & (told["told_cases_high_65"] <= TRIED)]
    bounds = [f"cases_{end}_{age}" for end in ("low", "high") for age in ("all", "65", "64")]
    by = ["population", *bounds, "ti", "tp", "ti65", "tp65"]
    assert len(told.drop_duplicates(by)) > 15
    found = found_in_what_is_told(told, by, ["cases", "older_cases", "younger"])
    assert found.empty, found.to_string()


def test_parts_tell_no_count_by_the_positivity_of_their_whole():
    """The people tested of the IRIS narrow those of their commune, and its positivity then its cases."""
    epidemic = LocalEpidemic(60)
    assert checked(epidemic, found_counts(epidemic.map, [epidemic.publish()])).empty


def refused_where_it_would_tell(epidemic: LocalEpidemic, *places: str) -> None:
    """Nothing is found, since nothing is told of these places; there are classes elsewhere."""
    files = epidemic.publish()
    told = files.classes[files.classes["ti"].notna()]
    assert not set(places) & set(told["geo_code"])
    assert len(told) > 1000
    assert checked(epidemic, found_counts(epidemic.map, [files])).empty


def test_a_town_that_has_nearly_all_cases_of_its_departement():
    """Mende, in a class that begins with the count itself, of one case more in the Lozère."""
    epidemic = LocalEpidemic(0)
    town, epci = epidemic.by_iris.loc[epidemic.by_iris["com"] == "48095", ["com", "epci"]].iloc[0]
    cases = epidemic.first_counts()[town][2]
    assert cases > 15, "there may be classes in a département of so many"
    epidemic.cases_only({"48095": cases, "48001": 1})
    refused_where_it_would_tell(epidemic, town, epci)


def test_iris_that_have_nearly_all_cases_of_a_departement():
    """Paris is one commune: its count is published, and its IRIS make it."""
    epidemic = LocalEpidemic(0)
    first = epidemic.first_counts("IRIS")
    iris = [code for code in epidemic.by_iris.query("dep == '75'")["iris"] if len(first.get(code, [0])) > 2][:3]
    epidemic.cases_only({**{code: first[code][2] for code in iris}, "75056": 1})
    refused_where_it_would_tell(epidemic, *iris, "75056")


def test_the_iris_of_a_commune_that_is_a_departement_have_classes(wave):
    """They are what makes the published count of Paris: it would have no terms without them, and nothing be told."""
    told = wave.publish().classes.query("geo_level == 'IRIS' and ti.notna()")
    assert told["geo_code"].str.startswith("75").sum() > 100


@pytest.fixture(scope="module")
def country():
    epidemic = LocalEpidemic(0, departements=None if LONG else DEPARTEMENTS)
    epidemic.publish()
    return epidemic


def nesting(epidemic: LocalEpidemic) -> pd.DataFrame:
    """Communes with their part of a département, in a métropole or in none, and whether their EPCI lies in it alone."""
    rows = epidemic.connection.execute(f"select * from {epidemic.relation('int_referential__nesting')}").df()
    for whole in ("part", "dep"):
        rows[f"in_{whole}"] = rows.groupby("epci")[whole].transform("nunique") == 1
    return rows[~rows["is_departement"]]


def withheld_sums(epidemic: LocalEpidemic, most: int) -> dict[int, int]:
    """By total, the sums of low ends at which the rule withholds a part, as bits."""
    pairs = pd.DataFrame(
        [(total, low) for total in range(most + 1) for low in range(total + 1)], columns=["total", "low"]
    )
    withheld = pairs[epidemic.withheld("COM", pairs)]
    return {int(total): sum(1 << int(low) for low in lows) for total, lows in withheld.groupby("total")["low"]}


def test_a_part_that_is_missing_tells_no_count(country):
    """Whoever knows the rule and the cases of a département without classes tries every pattern of classes."""
    withheld, firsts = withheld_sums(country, 60), country.first_counts("COM")
    found = {}
    for part, communes in nesting(country).groupby("part"):
        # A part of a few communes never has classes.
        if len(communes) >= FEWEST_TERMS:
            left = fewest_left([firsts.get(com, [0]) for com in communes["com"]], withheld)
            found |= {(part, total): fewest for total, fewest in left.items() if fewest < ENOUGH}
    assert not found


def sums_of_communes(epidemic: LocalEpidemic, rate: str) -> Iterator[tuple]:
    """Every part with the sums of low ends that its communes can have: see `nearest_low_ends`."""
    firsts = epidemic.first_counts("COM", rate=rate)
    for part, communes in nesting(epidemic).groupby("part"):
        yield part, [firsts.get(com, [0]) for com in communes["com"]]
    # Of a département that is one commune the terms are its IRIS.
    of_iris, known = epidemic.first_counts("IRIS", rate=rate), epidemic.by_iris.groupby("dep")["com"].nunique() == 1
    for dep, iris in epidemic.by_iris[epidemic.by_iris["dep"].map(known)].groupby("dep")["iris"]:
        yield dep, [of_iris[one] if one in of_iris else [0] for one in iris]


def sums_of_epci(epidemic: LocalEpidemic, rate: str) -> Iterator[tuple]:
    """The same of the EPCI of a département: the cases of a métropole are published, its people tested are not."""
    of_epci, whole = epidemic.first_counts("EPCI", rate=rate), "part" if rate == "ti" else "dep"
    communes = nesting(epidemic)
    communes = communes[communes[f"in_{whole}"] & ~(communes["is_metropole"] & (rate == "ti"))]
    for code, epci in communes.groupby(whole)["epci"]:
        yield code, [of_epci.get(one, [0]) for one in epci.unique()]


@pytest.mark.parametrize(("rate", "most", "least"), [("ti", 0.03, 0), ("td", 0.06, 0.004)])
@pytest.mark.parametrize(("level", "sums"), [("COM", sums_of_communes), ("EPCI", sums_of_epci)])
def test_whatever_the_sum_what_is_missing_leaves_enough(country, level, sums, rate, most, least):
    """Of every sum there may be, on this map: patterns that leave each place five counts are withheld.

    Up to three cases in a hundred people, and from four people tested in a thousand to six in a hundred, or to where
    every place is in its last class. The patterns are of the classes of incidence, or of testing, of all ages alone.
    All that narrows a count beside them (positivity, IRIS, EPCI, 65 and over) moves low ends up only, so that what is
    withheld without it is withheld with it; and where something else is the reason, more patterns are possible.
    """
    people = country.map.populations.query("geo_level == 'COM' and age_class == 'all'")
    people = people.merge(nesting(country), left_on="geo_code", right_on="com")
    tried = []
    for whole, parts in sums(country, rate):
        inhabitants = people.loc[(people["part"] == whole) | (people["dep"] == whole), "population"].sum()
        found = nearest_low_ends(parts, int(min(most * inhabitants, sum(part[-1] for part in parts))))
        # A part of a few places never has classes.
        if len(parts) >= FEWEST_TERMS:
            tried.append(found[found["total"] >= least * inhabitants].assign(whole=whole))
    tried = pd.concat(tried)
    assert len(tried) > 30_000
    assert tried["is_held"].all(), tried[~tried["is_held"]].to_string(max_rows=20)
    # The rule goes by the sum and the low ends alone: of each sum the pattern that is farthest from it is looked at.
    pairs = tried.groupby("total", as_index=False)["low"].min()
    found = pairs[~country.withheld(level, pairs)]
    assert found.empty, found.to_string(max_rows=20)


@pytest.mark.parametrize("rate", ["ti", "td"])
def test_a_commune_can_stand_in_each_of_its_classes(country, rate):
    """Beside its IRIS, too: that a break is left out there makes no low end smaller than `sums_of_communes` has it.

    Some of the ways in which its first counts can fall on the IRIS keep the break with which the class begins.
    """
    firsts, tried = country.first_counts(rate=rate), 0
    for com, iris in country.by_iris.groupby("com")["iris"]:
        parts = [firsts.get(code, [0]) for code in iris]
        for begin in firsts.get(com, [0])[1:] if len(parts) > 1 else []:
            for count in range(begin, begin + ENOUGH):
                tried += 1
                assert any(stands(begin, *ends) for ends in ends_of_parts(parts, count)), (com, begin, count)
    assert tried > 1000


def ends_of_parts(parts: list[list[int]], count: int) -> Iterator[tuple[int, float]]:
    """The sums of low and of high ends of the classes of parts of which some share a count evenly."""
    for some in range(1, len(parts) + 1):
        each = [(count + one) // some for one in range(some)] + [0] * (len(parts) - some)
        at = [int(np.searchsorted(part, own, "right")) for part, own in zip(parts, each, strict=True)]
        highs = [part[one] - 1 if one < len(part) else np.inf for part, one in zip(parts, at, strict=True)]
        yield sum(part[one - 1] for part, one in zip(parts, at, strict=True)), sum(highs)


def stands(begin: int, low: int, high: float) -> bool:
    """Whether a break at a count leaves enough between it and the bounds of what it divides."""
    return (begin <= low or begin - low >= ENOUGH) and (begin > high or high - begin >= ENOUGH - 1)


def test_of_a_few_places_of_which_the_sum_is_known_nothing_is_told():
    """The two communes of Saint-Pierre-et-Miquelon, and the three EPCI of the Territoire de Belfort without others."""
    epidemic = LocalEpidemic(0)
    epidemic.by_iris["tested65"] = 0
    epidemic.by_iris["tested64"] = (epidemic.by_iris["population"] * 0.003).round()
    told = epidemic.publish().classes.query("td.notna()")
    assert len(told) > 1000
    assert not told["geo_code"].str.startswith("975").any()
    sums = f"select bool_or(holds) from {epidemic.relation('int_testing__epci_sums')} where part = "
    holds = [epidemic.connection.execute(f"{sums} '{part}'").fetchone()[0] for part in ("90", "23")]
    assert holds == [False, True]


def test_no_classes_in_a_departement_of_few_cases():
    """Six cases in Lozère, whichever way they fell: as little is told of them. Four are told by the total."""
    epidemic = LocalEpidemic(0)
    shown = []
    for cases in ({"48095": 6}, {"48095": 1, "48001": 5}, {"48095": 4}):
        epidemic.cases_only(cases)
        classes = epidemic.publish().classes
        shown.append(
            classes.loc[classes["geo_code"].isin(epidemic.by_iris.query("dep == '48'")["com"]), "ti"].notna().sum()
        )
    assert shown[:2] == [0, 0]
    assert shown[2] > 30


def scattered(epidemic: LocalEpidemic, dep: str, *epci: str) -> dict[str, int]:
    """One case in each of forty villages without classes, in other EPCI of the département: its sum tells nothing."""
    villages = epidemic.by_iris.query("population < 500 and dep == @dep and epci not in @epci and metropole.isna()")
    return dict.fromkeys(villages["com"].iloc[:40], 1)


def filling(places: pd.DataFrame, whole: str, part: str, first: dict[str, list[int]]) -> Iterator[tuple]:
    """Pairs of parts of a place with classes from counts on that together reach nearly up to the end of its own."""
    for code, own in places[places["metropole"].isna()].groupby(whole):
        lows = [(low, place) for place in own[part].unique() for low in first.get(place, [])[1:]]
        for one, other in ((a, b) for a in lows for b in lows if a[1] < b[1]):
            if any(0 < end - (one[0] + other[0]) <= 3 for end in first.get(code, [])[2:]):
                yield one, other, own.iloc[0]


@pytest.mark.parametrize(("whole", "part"), [("epci", "com"), ("com", "iris")])
def test_places_that_fill_the_class_of_what_they_make(whole, part):
    """Two communes of an EPCI, or two IRIS of a commune: beside its class each would stand at the low end of its.

    So the class of what they make goes on beyond the next break. Nothing is missing.
    """
    epidemic = LocalEpidemic(0)
    places = epidemic.by_iris[epidemic.by_iris.groupby(whole)[part].transform("nunique") > 2]
    first = epidemic.first_counts()
    one, other, where = next(
        found
        for found in filling(places, whole, part, first)
        if len(scattered(epidemic, found[2]["dep"], found[2]["epci"])) == 40
    )
    cases = {one[1]: one[0], other[1]: other[0], **scattered(epidemic, where["dep"], where["epci"])}
    if part == "iris":
        # The EPCI itself has more than these two.
        beside = epidemic.by_iris.query("epci == @where.epci and com != @where.com")["com"].unique()
        cases |= dict.fromkeys(beside, 3)
    epidemic.cases_only(cases)
    files = epidemic.publish()
    told = files.classes.query("age_class == 'all'").set_index("geo_code")["ti"]
    assert told[[one[1], other[1], where[whole]]].notna().all()
    assert len(told.dropna()) > 1000
    people = epidemic.map.populations.query("geo_code == @where[@whole] and age_class == 'all'")["population"].iloc[0]
    end = float(told[where[whole]].split(";")[1].rstrip("["))
    assert np.ceil(end * people / 1e5) - 1 - (one[0] + other[0]) >= ENOUGH - 1
    assert checked(epidemic, found_counts(epidemic.map, [files])).empty


@pytest.mark.parametrize("again", [False, True])
def test_a_class_told_once_keeps_what_late_results_would_tell(again):
    """Two releases of one week. A class that moves with a result or two tells where its count stood."""
    epidemic = LocalEpidemic(100)
    first = epidemic.publish()
    epidemic.late_results()
    second = epidemic.publish()
    if not again:
        second = Files(first.classes, second.exact)
    found = found_counts(epidemic.map, [first, second])
    assert found.empty != again


def test_an_iris_that_is_a_commune_has_the_classes_of_the_commune(wave):
    """Two populations of one place would be two classes of one count, each with bounds of its own."""
    iris = wave.map.iris
    alone = iris[~iris["com"].duplicated(keep=False)]
    classes = wave.publish().classes.query("age_class == 'all'").set_index("geo_code")[["ti", "td", "tp"]]
    assert len(alone) > 300
    told = [classes.loc[alone[level]].fillna("").reset_index(drop=True) for level in ("iris", "com")]
    pd.testing.assert_frame_equal(*told)


def test_metropoles_and_departements_alone_tell_no_place(wave):
    """A métropole less its départements, and the other way round, leaves every place its secret."""
    exact = wave.publish().without_classes()
    of_departements = Files(exact.classes, exact.exact[exact.exact["geo_level"] == "DEP"])
    both, departements = (counts_left(wave.map, [files]) for files in (exact, of_departements))
    left, left_before = both["high"] - both["low"] + 1, departements["high"] - departements["low"] + 1
    metropoles = set(wave.by_iris["metropole"].dropna())
    found = both[(left < ENOUGH) & (left < left_before) & ~both["geo_code"].isin(metropoles)]
    assert found.empty, found.to_string()


def test_windows_that_overlap_tell_counts_that_a_week_hides(wave):
    """The same wide classes, published every day for the seven days before: this is why there is one a week."""
    draw = np.random.default_rng(3)
    cases = wave.by_iris["cases65"] + wave.by_iris["cases64"]
    by_commune = cases.groupby([wave.by_iris["com"], wave.by_iris["dep"]]).sum()
    daily = draw.poisson(np.repeat(by_commune.to_numpy()[:, None] / 7, 13, axis=1))
    days = pd.DataFrame(daily, index=by_commune.index).rename_axis(columns="day").stack().rename("cases").reset_index()
    by_day = days.groupby(["dep", "day"], as_index=False)["cases"].sum().rename(columns={"dep": "whole"})
    windows = wave.connection.execute(
        f"""
        with windows as (
            select days.com, days.dep, ends.last, sum(days.cases) as cases
            from days inner join (select unnest(range(6, 13)) as last) as ends
                on days.day between ends.last - 6 and ends.last
            group by all
        )
        select windows.com as place, windows.dep as whole, windows.last,
            ceil(classes.lower * people.population / 1e5) as low,
            coalesce(ceil(classes.upper * people.population / 1e5) - 1, 1e8) as high
        from windows
        inner join {wave.relation("int_referential__population")} as people
            on people.geo_level = 'COM' and people.geo_code = windows.com and people.age_class = 'all'
        inner join {wave.relation("int_referential__class_ladders")} as classes
            on classes.rate = 'ti' and people.population >= size_from and people.population < size_to
            and windows.cases >= ceil(classes.lower * people.population / 1e5)
            and windows.cases < coalesce(ceil(classes.upper * people.population / 1e5), 1e8)
        """
    ).df()
    # Without what sums forbid to tell: what is compared is how often it is told.
    assert found_in_windows(windows, by_day) > 3 * found_in_windows(windows[windows["last"] == 6], by_day)


def official_labels() -> set[str]:
    """The labels of incidence of the official file of 4 June 2021, by its extract."""
    with official_file(EXTRACT, "sidep/sg-epci_2021-06-04").open(encoding="utf-8") as stream:
        return {row["classe"] for row in csv.DictReader(stream)}


@pytest.mark.archive
def test_the_extract_has_every_official_label():
    with gzip.open(ARCHIVE / "sidep" / "sg-epci_2021-06-04.json.gz", "rt") as stream:
        content = json.load(stream)
    labels = {label for day in content["dates"] for label in content[day].values()} - {"0", None}
    assert labels == official_labels()


def test_official_classes_lie_within_the_merged_ones(wave):
    """Every label of the official file, at every size of an EPCI: the class published here holds it whole."""
    labels = official_labels()
    assert len(labels) == 8
    ladders = wave.connection.execute(
        f"select * from {wave.relation('int_referential__class_ladders')} where rate = 'ti'"
    ).df()
    sizes = ladders["size_from"].unique()
    assert len(sizes) == 7
    for _, ladder in ladders.groupby("size_from"):
        upper = ladder["upper"].fillna(np.inf)
        for label in labels:
            low, high = label.strip("[]").split(";")
            high = np.inf if high == "Max" else float(high)
            holds = (ladder["lower"] <= float(low)) & (upper >= high)
            assert holds.sum() == 1, f"{label} among {list(ladder['label'])}"
    # Where nothing is merged, the labels are the official ones.
    assert set(ladders[ladders["size_from"] == 50_000]["label"]) == labels


def test_every_class_leaves_five_counts_whatever_the_population(wave):
    """Also of people tested beside cases, for those are some of them."""
    ladders = wave.connection.execute(f"select * from {wave.relation('int_referential__class_ladders')}").df()
    known = [
        (rate, size, rows["size_to"].iloc[0], rows["lower"].sort_values().to_numpy())
        for (rate, size), rows in ladders.groupby(["rate", "size_from"])
    ]
    draw = np.random.default_rng(1)
    for people in [*range(500, 3000), *np.exp(draw.uniform(np.log(500), np.log(3e6), 3000))]:
        first = {rate: np.ceil(lower * people / 1e5) for rate, low, high, lower in known if low <= people < high}
        for rate in ("ti", "td"):
            assert (np.diff(first[rate]) >= ENOUGH).all(), f"{rate} in {people}"
        for least in first["ti"]:
            most = first["td"][1:] - 1
            assert (most[most >= least] - least >= ENOUGH - 1).all(), f"people tested beside cases in {people}"


def test_what_a_run_publishes_tells_no_hidden_count(run):
    """The files themselves, as they stand in the release of the small epidemic."""
    with run.connect() as connection:
        iris = connection.execute(f"select iris, com from {run.relation('int_referential__places')}").df()
        communes = connection.execute(f"select com, epci, dep from {run.seed('communes')}").df()
        people = connection.execute(
            f"select geo_level, geo_code, age_class, population from {run.relation('int_referential__population')}"
            " where geo_level in ('IRIS', 'COM', 'EPCI', 'METRO') and age_class in ('all', '65', '64')"
            " and valid_to = date '9999-12-31'"
        ).df()
    files = read_files(run.home / "releases" / "latest" / "open_data", people)
    week = files.classes["week"].max()
    assert set(files.of(week).classes["geo_level"]) == {"EPCI", "COM", "IRIS"}
    assert (pd.to_datetime(files.classes["week"]).dt.weekday == 6).all()
    assert found_counts(Map(iris, communes, people), [files.of(week)]).empty
