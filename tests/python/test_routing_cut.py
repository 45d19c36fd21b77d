"""What is in the files of a recipient: its cut and nothing else, and no number that its class may not have."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from drawing import dice
from small_routing import (
    AGES,
    BASIS,
    CLASSES,
    DEPARTEMENTS,
    RECORDS,
    SECRET,
    TODAY,
    Small,
    declared,
    epci,
    small,
    write_release,
    write_secret,
)

from orchestration.errors import VigieError
from orchestration.routing import cut, receipts
from orchestration.routing.delivering import deliver
from orchestration.routing.rehashing import rehashed

EPCI = {"name": "epci", "indicator": "incidence_rate", "geo": ["EPCI"], "period": ["week"], "age": ["all", "65plus"]}
CROSSES = {
    "name": "crosses", "indicator": "incidence_rate", "geo": ["REG", "DEP"], "period": ["week"],
    "sex": ["all", "F", "M"], "age": ["all", "age10"],
}  # fmt: skip
ROWS = {"name": "rows", "model": RECORDS, "fields": ["person_key", "sampled_on", "dep"], "days": 60}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Small:
    """A small home that the tests of this module only read."""
    return small(tmp_path_factory.mktemp("cut") / "home", dice("cut"))


def sent_to(made: Small, folder: Path, name: str, **document) -> Path:
    """The folder that a recipient gets."""
    [recipient] = declared(folder / name, **{name: document}).values()
    outcome = deliver(made.home, recipient, CLASSES, made.declarations, ways=made.ways())
    assert outcome.state == "sent", outcome.why
    return made.home.root / "outgoing" / name / f"{outcome.numbers[-1]:06d}"


def rows(folder: Path, pattern: str, columns: str = "*") -> list[tuple]:
    read = "read_parquet" if pattern.endswith("parquet") else "read_csv"
    options = ", delim = ';', all_varchar = true" if read == "read_csv" else ", hive_partitioning = false"
    return duckdb.sql(f"select {columns} from {read}('{folder}/{pattern}'{options}) order by all").fetchall()


def test_a_recipient_of_the_whole_country_gets_the_files_as_they_are_published(made, tmp_path):
    of = [{"name": "sp-pos-quot-dep"}, {"name": "incidence-rate-dep"}]
    for form, pattern in (("csv", "*.csv*"), ("parquet", "**/*.parquet")):
        folder = sent_to(made, tmp_path, f"whole-{form}", **{"class": "ministry", "datasets": of, "form": form})
        release = made.home.releases / "latest" / "open_data"
        found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()} - {Path("manifest.json")}
        known = {p.relative_to(release) for p in release.glob(pattern) if p.relative_to(release).parts[0][:12] in
                 ("sp-pos-quot-", "incidence-ra") and "fra" not in str(p)}  # fmt: skip
        assert found == known
        assert all((folder / name).read_bytes() == (release / name).read_bytes() for name in found)


@pytest.mark.parametrize(("form", "ending"), [("csv", ".csv"), ("parquet", "*.parquet")])
def test_a_region_gets_its_own_places_and_days_and_all_of_them(made, tmp_path, form, ending):
    of = [{"name": name, "days": 14} for name in ("sp-*", "sg-epci", "incidence-rate-dep")]
    folder = sent_to(made, tmp_path, f"part-{form}", regions=["53"], datasets=of, form=form)
    days = {TODAY - dt.timedelta(7 * n) for n in range(2)}
    assert {r[0] for r in rows(folder, f"sp-pos-quot-dep{ending}", "dep")} == {"22", "29"}
    assert {str(r[0]) for r in rows(folder, f"sp-pos-quot-dep{ending}", "jour")} == {str(day) for day in days}
    # The code of a région as a number, weeks as 2021-S10, windows by both of their ends.
    assert {str(r[0]) for r in rows(folder, f"sp-pos-heb-reg{ending}", "reg")} == {"53"}
    assert {r[0] for r in rows(folder, f"sp-pos-heb-reg{ending}", "week")} == {f"{day:%G-S%V}" for day in days}
    assert {r[0] for r in rows(folder, f"sg-epci{ending}", "epci2020")} == {
        code for code, dep in epci().items() if DEPARTEMENTS[dep] == "53"
    }
    assert {r[0][-10:] for r in rows(folder, f"sg-epci{ending}", "semaine_glissante")} == {str(day) for day in days}
    series = "incidence-rate-dep.csv" if form == "csv" else "incidence-rate-dep/*.parquet"
    assert {(r[0], str(r[1])) for r in rows(folder, series, "geo_code, period_end")} == {
        (dep, str(day)) for dep in ("22", "29") for day in days
    }


def test_an_epci_of_two_regions_is_in_the_files_of_none(made, tmp_path):
    shared = list(epci())[-1]
    with duckdb.connect() as con:
        cut.load_places(con)
        lies = con.execute("select code, reg from temp.places where \"level\" = 'EPCI'").fetchall()
    assert shared not in dict(lies) and len(lies) > 1000
    folder = sent_to(made, tmp_path, "two", regions=["11"], datasets=[{"name": "sg-epci"}], form="csv")
    assert shared not in {row[0] for row in rows(folder, "sg-epci.csv", "epci2020")}
    assert shared in {str(row[0]) for row in rows(made.home.releases / "latest" / "open_data", "sg-epci.csv")}


# --------------------------------------------------------------------------- numbers beyond what is published


def truth(made: Small, places: Iterable[tuple[str, str]]) -> dict[tuple, int]:
    """By level, place, week, sex, scheme and class, how many cases there are: added up without DuckDB."""
    found: dict[tuple, int] = {}
    wanted = set(places)
    for day, code, dep, sex, age, cases in made.counts:
        of = {"FRA": "FR", "REG": DEPARTEMENTS[dep], "DEP": dep, "EPCI": code}
        for level, place in of.items():
            if (level, place) not in wanted:
                continue
            ages = [("all", "all"), ("65plus", AGES[age])] if level == "EPCI" else [("all", "all"), ("age10", age)]
            for of_sex, (scheme, class_) in product(("all",) if level == "EPCI" else ("all", sex), ages):
                key = (level, place, day, of_sex, scheme, class_)
                found[key] = found.get(key, 0) + cases
    return found


def is_public(key: tuple) -> bool:
    """Whether the small release publishes a cell."""
    level, _, _, sex, scheme, _ = key
    return level == "FRA" or (level == "DEP" and sex == "all" and scheme == "all")


def sums(cells: Iterable[tuple]) -> list[list[tuple]]:
    """Sums of which the first cell is the total of the others: of sexes, of ages, of the places within a place."""
    parts: dict[tuple, list[tuple]] = {}
    within = {"REG": lambda code: ("FRA", "FR"), "DEP": lambda code: ("REG", DEPARTEMENTS[code])}
    within["EPCI"] = lambda code: ("DEP", epci()[code])
    for level, place, day, sex, scheme, class_ in cells:
        key = (level, place, day, sex, scheme, class_)
        if sex != "all":
            parts.setdefault(("sex", level, place, day, "all", scheme, class_), []).append(key)
        if scheme != "all":
            parts.setdefault((scheme, level, place, day, sex, "all", "all"), []).append(key)
        if level in within:
            parts.setdefault(("place", *within[level](place), day, sex, scheme, class_), []).append(key)
    return [[total[1:], *each] for total, each in parts.items() if total[1:] in cells]


def told_by(known: dict[tuple, float], all_of: dict[tuple, int]) -> dict[tuple, float]:
    """What follows from the cells that are known: of a sum of which one cell is not, that one; again and again."""
    relations, known, before = sums(all_of), dict(known), -1
    while len(known) != before:
        before = len(known)
        for total, *parts in relations:
            missing = [key for key in (total, *parts) if key not in known]
            if len(missing) == 1:
                rest = sum(known[part] for part in parts if part in known)
                known[missing[0]] = rest if missing[0] == total else known[total] - rest
    return known


@pytest.mark.parametrize(("policy", "regions"), [("agency", ["53"]), ("agency", ["11"]), ("ministry", [])])
def test_no_number_below_the_threshold_is_in_a_file_nor_follows_from_those_that_are(tmp_path, policy, regions):
    drawn = small(tmp_path / "home", dice("threshold", policy, regions), weeks=3)
    days = {"days": 60}
    levels = CROSSES["geo"] if regions else ["FRA", *CROSSES["geo"]]
    # Of two schemes of ages the differences would be told: one of them alone.
    ages = (["all", "65plus"], ["all"]) if regions == ["11"] else (["all"], ["all", "age10"])
    figures = [EPCI | days | {"age": ages[0]}, CROSSES | days | {"geo": levels, "age": ages[1]}]
    folder = sent_to(drawn, tmp_path, "one", **{"class": policy, "regions": regions, "figures": figures})
    places = [("FRA", "FR")] + [("REG", reg) for reg in set(DEPARTEMENTS.values())]
    places += [("DEP", dep) for dep in DEPARTEMENTS] + [("EPCI", code) for code in epci()]
    cells = truth(drawn, places)
    columns = "geo_level, geo_code, period_end, sex, age_scheme, age_class, numerator, period"
    given = {row[:6]: row[6] for row in rows(folder, "**/*.parquet", columns)}
    shared = list(epci())[-1]
    lies = {"REG": lambda code: code, "DEP": DEPARTEMENTS.get, "EPCI": lambda code: DEPARTEMENTS[epci()[code]]}
    in_part = {key for key in cells if not regions or (key[0] in lies and lies[key[0]](key[1]) in regions)}
    in_part = {key for key in in_part if not regions or key[1] != shared}
    assert given and given.keys() <= in_part
    assert all(given[key] == cells[key] for key in given)
    threshold = CLASSES[policy].threshold
    beyond = {key: count for key, count in given.items() if not is_public(key)}
    assert beyond and not [key for key, count in beyond.items() if 0 < count < threshold]
    # Most of what is large enough is there; what is not published of it is not.
    assert all(key in given for key in in_part if is_public(key))
    public = {key: count for key, count in cells.items() if is_public(key)}
    told = told_by(public | given, cells).keys() - public.keys() - given.keys()
    outright = told_by(public, cells).keys()
    assert not [key for key in told - outright if 0 < cells[key] < threshold]


def given(*cells: tuple) -> set[tuple]:
    """The cells that may be given of these: level, place, where it lies, sex, scheme, class, count of persons.

    Fewer than five are too few; a count of None is one that is published.
    """
    rows = [
        (
            {"level": level, "code": code, "reg": lies if level in ("REG", "DEP") else "", "dep": lies}
            | {"sex": sex, "scheme": scheme, "class": class_, "count": count or 0, "public": count is None}
        )
        for level, code, lies, sex, scheme, class_, count in cells
    ]
    with duckdb.connect() as con:
        drawn = pa.Table.from_pylist(rows)  # noqa: F841 - DuckDB reads it by its name
        con.execute(
            """
            create temp table chosen as
            select "level" as geo_level, code as geo_code, 'week' as period, date '2021-03-14' as period_end, sex,
                scheme as age_scheme, "class" as age_class, 'all' as stratum_scheme, 'all' as stratum,
                "count" as numerator, dep, reg, 'sidep' as source, "public" as is_public,
                "count" > 0 and "count" < 5 as is_small,
                sex = 'all' as of_all_sexes, 'rate' as indicator, ["count"::double] as counts
            from drawn
            """
        )
        con.execute(f"create temp table around as select dep, 5 as threshold, {', '.join(cut.CELL)}, source, counts "
                    "from temp.chosen where geo_level = 'DEP' and false")  # fmt: skip
        return set(con.execute(f"select geo_level, geo_code, sex, age_class from ({cut.CELLS})").fetchall())


ALL = ("all", "all", "all")


def test_where_one_place_would_be_left_out_alone_the_smallest_other_one_is_too():
    places = [("EPCI", code, "22", *ALL, count) for code, count in (("a", 3), ("b", 40), ("c", 8), ("d", 0))]
    other = [("EPCI", code, "29", *ALL, count) for code, count in (("e", 9), ("f", 7))]
    two = [("EPCI", code, "35", *ALL, count) for code, count in (("g", 3), ("h", 4), ("i", 7))]
    # Not the one with nobody: the sum of both would be that of the one.
    assert {code for _, code, *_ in given(*places, *other, *two)} == {"b", "d", "e", "f", "i"}


def test_the_classes_of_a_cross_are_given_together_or_not_at_all():
    of = [("EPCI", place, "22") for place in ("a", "b", "c")]
    cells = [(*place, "all", "65plus", class_, count) for place in of for class_, count in (("64", 30), ("65", 20))]
    cells[1] = (*of[0], "all", "65plus", "65", 2)
    left = given(*cells)
    assert {code for _, code, *_ in left} == {"c"} and len(left) == 2


def test_with_a_total_goes_what_it_is_made_of():
    places = [("EPCI", code, "22") for code in ("a", "b", "c")]
    cells = [(*place, *ALL, count) for place, count in zip(places, (4, 10, 90), strict=True)]
    cells += [
        (*place, "all", "65plus", class_, 0 if place == places[0] else 5) for place in places for class_ in ("64", "65")
    ]
    # The classes of b would make up its total, and that with the others the total of a.
    assert {code for _, code, *_ in given(*cells)} == {"c"}


@pytest.mark.parametrize(("level", "inside", "lies"), [("REG", "DEP", ""), ("DEP", "EPCI", "11")])
def test_with_a_place_goes_what_it_is_made_of(level, inside, lies):
    whole = [(level, code, lies, "F", "all", "all", count) for code, count in (("x", 3), ("y", 20), ("z", 50))]
    parts = [(inside, f"{code}{n}", code, "F", "all", "all", 10) for code in ("y", "z") for n in (1, 2)]
    assert {code for _, code, *_ in given(*whole, *parts)} == {"z", "z1", "z2"}


def test_what_is_published_is_given_as_it_is():
    assert {code for _, code, *_ in given(("DEP", "22", "53", *ALL, None), ("DEP", "29", "53", *ALL, 3))} == {"22"}


# --------------------------------------------------------------------------- rows of persons


def test_rows_have_the_fields_that_were_chosen_and_keys_that_no_other_recipient_can_join(made, tmp_path):
    of = {"class": "research", "basis": BASIS, "records": [ROWS]}
    keys = {}
    for name, secret in (("first", SECRET), ("second", "6" * 64)):
        write_secret(made, name, secret)
        folder = sent_to(made, tmp_path, name, **of)
        found = rows(folder, "rows/*.parquet")
        assert len(found) == 120 and {len(row) for row in found} == {3}
        keys[name] = {row[0] for row in found}
    with duckdb.connect(str(made.home.database), read_only=True) as con:
        persons = {row[0] for row in con.execute(f"select person_key from marts.{RECORDS}").fetchall()}
    assert keys["first"] == {rehashed(SECRET.encode(), person) for person in persons}
    assert not keys["first"] & keys["second"]
    assert not {str(p) for p in persons} & keys["first"] and not {f"{p:016x}" for p in persons} & keys["first"]


def test_rows_of_a_region_are_those_of_its_departements(made, tmp_path):
    write_secret(made, "region", "7" * 64)
    of = {"class": "research", "basis": BASIS, "records": [ROWS], "regions": ["53"], "form": "csv"}
    folder = sent_to(made, tmp_path, "region", **of)
    assert {row[2] for row in rows(folder, "rows.csv")} <= {"22", "29"}


def test_rows_are_not_made_without_a_secret_that_cannot_be_guessed(made, tmp_path):
    [recipient] = declared(
        tmp_path / "d", **{"none": {"class": "research", "basis": BASIS, "records": [ROWS]}}
    ).values()
    outcome = deliver(made.home, recipient, CLASSES, made.declarations, ways=made.ways())
    assert outcome.state == "failed" and "secret keys of none" in outcome.why
    write_secret(made, "none", "short")
    outcome = deliver(made.home, recipient, CLASSES, made.declarations, ways=made.ways())
    assert "fewer than 32" in outcome.why and "short" not in outcome.why


def test_a_key_that_nobody_declared_to_be_one_does_not_leave(made, tmp_path, monkeypatch):
    of = CLASSES["research"].records[RECORDS]
    wrong = of.model_copy(update={"keys": ("person_key",), "fields": (*of.fields, "result_key")})
    monkeypatch.setitem(CLASSES, "research", CLASSES["research"].model_copy(update={"records": {RECORDS: wrong}}))
    write_secret(made, "bare", "8" * 64)
    document = {"class": "research", "basis": BASIS, "records": [ROWS | {"fields": ["result_key", "dep"]}]}
    [recipient] = declared(tmp_path / "d", bare=document).values()
    outcome = deliver(made.home, recipient, CLASSES, made.declarations, ways=made.ways())
    assert outcome.state == "failed" and "name it among the keys" in outcome.why


def test_an_archive_holds_all_files_and_has_the_same_bytes_for_the_same_files(made, tmp_path):
    of = {"regions": ["53"], "datasets": [{"name": "sp-*"}], "form": "csv", "archive": True}
    one, other = (sent_to(made, tmp_path, name, **of) for name in ("pack", "packed"))
    with zipfile.ZipFile(one / "pack.zip") as packed:
        assert packed.namelist() == ["sp-pos-heb-reg.csv", "sp-pos-quot-dep.csv"] and packed.testzip() is None
    assert (one / "pack.zip").read_bytes() == (other / "packed.zip").read_bytes()


# --------------------------------------------------------------------------- what is held


def test_what_is_held_keeps_what_the_recipient_has_and_what_was_taken_back_goes(made, tmp_path):
    drawn = small(tmp_path / "home", dice("held"), weeks=3)
    of = {"regions": ["53"], "datasets": [{"name": "sp-pos-quot-dep"}], "figures": [EPCI | {"days": 60}]}
    sent_to(drawn, tmp_path, "one", **of)
    write_release(drawn, "2021-03-14-2", {"sp-pos-quot-dep": "partial"})
    drawn.stands = {"incidence_rate": "held"}
    sent_to(drawn, tmp_path, "one", **of)
    second = receipts.last_data(drawn.home, "one")
    stands = {each["output"]: each["status"] for each in second["outputs"]}
    assert stands == {"epci": "held", "sp-pos-quot-dep": "partial"} and not second["removed"]
    assert {file["in"] for file in second["files"]} == {1}
    drawn.stands = {"incidence_rate": "retracted"}
    sent_to(drawn, tmp_path, "one", **of)
    assert {name.partition("/")[0] for name in receipts.last_data(drawn.home, "one")["removed"]} == {"epci"}


def test_an_archive_is_not_sent_without_what_is_held(tmp_path):
    drawn = small(tmp_path / "home", dice("archive"), weeks=3)
    of = {"regions": ["53"], "figures": [EPCI | {"days": 60}], "datasets": [{"name": "sp-*"}], "archive": True}
    sent_to(drawn, tmp_path, "one", **of)
    drawn.stands = {"incidence_rate": "held"}
    sent_to(drawn, tmp_path, "one", **of)
    last = receipts.last_data(drawn.home, "one")
    assert [file["in"] for file in last["files"]] == [1]


def test_without_a_release_nothing_is_sent(tmp_path):
    drawn = small(tmp_path / "home", dice("none"), weeks=1)
    (drawn.home.releases / "latest").unlink()
    [recipient] = declared(tmp_path / "d", one={"datasets": [{"name": "sp-*"}]}).values()
    outcome = deliver(drawn.home, recipient, CLASSES, drawn.declarations, ways=drawn.ways())
    assert outcome.state == "failed" and "no release yet" in outcome.why
    with pytest.raises(VigieError):
        deliver(drawn.home, recipient, {}, drawn.declarations, ways=drawn.ways())
