"""Outlines of places: what lands of a GeoJSON file, what is counted of it, what a release draws of it, and what not."""

import datetime as dt
import gzip
import json
from pathlib import Path

import duckdb
import frictionless
import jinja2
import pytest
import shapely
import shapely.ops
from producers import assert_rejected_as_told
from rendered_models import count
from test_release import TODAY, gate, home, manifest, publish  # noqa: F401 - fixtures

from orchestration.errors import VigieError
from orchestration.gate import Reason, Verdict
from orchestration.home import PROJECT, Home
from orchestration.incidents.orders import order
from orchestration.landing import land
from orchestration.landing.contract import read_contracts
from orchestration.release.outlines import LARGEST, collection
from orchestration.simulator import simulate

RECEIVED = dt.date(2021, 3, 1)
CONTOURS = {"contours": read_contracts()["contours"]}


def square(x: float, y: float, side: float = 0.1) -> list:
    """A closed ring."""
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(code: object, *rings: list, kind: str = "Polygon", **properties: object) -> dict:
    """A feature with a code."""
    geometry = {"type": kind, "coordinates": list(rings)}
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": geometry}


def file_of(features: list, level: str = "COM", vintage: str = "COG 2026", **members: object) -> str:
    """A collection as a producer sends it."""
    said = {"niveau": level, "millesime": vintage, "source": "IGN", "licence": "etalab-2.0", **members}
    return json.dumps({"type": "FeatureCollection", "features": features, **said})


def deliver(home: Home, name: str, text: str, day: dt.date = RECEIVED) -> None:  # noqa: F811
    """Put a file where a producer leaves it."""
    folder = home.landing / "contours" / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())


RIGHT = [feature("01001", square(5, 46)), feature("01002", [square(5.1, 46)], [square(6, 46)], kind="MultiPolygon")]
WRONG = [
    (feature("01004", square(5, 46)[:-1]), "ring_not_closed", "geometry"),
    (feature("01004", square(5, 46), [[5, 46], [5.1, 46], [5, 46]]), "ring_not_closed", "geometry"),
    (feature("01004", square(850_000, 6_500_000)), "outside_of_wgs84", "geometry"),
    (feature("01004", [[5, 46], [5.1, "x"], [5.1, 46.1], [5, 46]]), "outside_of_wgs84", "geometry"),
    (feature("01004", 5, 46, kind="Point"), "no_polygon", "geometry"),
    (feature("01004", kind="Polygon"), "no_polygon", "geometry"),
    ({"type": "Feature", "properties": {"code": "01004"}, "geometry": None}, "required", "geometry"),
    (feature(None, square(5, 46)), "required", "code"),
    (feature(1004, square(5, 46)), "pattern", "code"),
    (feature("99999", square(5, 46)), "unknown_place", "code"),
    (feature("01004", square(5, 46), nom="<script>"), "pattern", "nom"),
    ("no feature", "required", "code"),
]


def test_a_feature_that_breaks_a_rule_waits_with_its_number_and_the_others_land(tmp_path):
    home, name = Home(tmp_path), "com.geojson.gz"  # noqa: F811
    deliver(home, name, file_of([RIGHT[0], *(each for each, *_ in WRONG), RIGHT[1]]))
    [entry] = land(home, RECEIVED, contracts=CONTOURS)
    assert (entry.verdict, entry.rows_received, entry.rows_accepted) == ("accepted", len(WRONG) + 2, 2)
    told = duckdb.execute(
        f"select line, rule, column_name, file, value from '{home.lake}/quarantine/contours/*/*.parquet' order by line"
    ).fetchall()
    place = f"{RECEIVED}/{name}"
    assert [row[:4] for row in told] == [(n + 2, rule, column, place) for n, (_, rule, column) in enumerate(WRONG)]
    # Of an outline the quarantine keeps its length.
    assert all(row[4] is None or row[4].startswith("(withheld, ") for row in told if row[2] == "geometry")
    landed = duckdb.execute(
        f"select line, code, geometry from '{home.lake}/raw/contours/*/*.parquet' order by line"
    ).fetchall()
    assert [row[:2] for row in landed] == [(1, "01001"), (len(WRONG) + 2, "01002")]
    assert json.loads(landed[0][2]) == {"type": "MultiPolygon", "coordinates": [[square(5, 46)]]}


REFUSED = [
    (file_of(RIGHT)[:-90], "a value cannot be read, at feature 2"),
    (file_of(RIGHT) + "{}", "something follows after the end"),
    (file_of([feature("01001", [[float("nan"), 46]])]), "a value cannot be read, at feature 1"),
    (json.dumps([1, 2]), "no '{' where one is due, before the first feature"),
    ("[" * 100_000, "no '{'"),
    ('{"features": [' + "[" * 100_000, "a value cannot be read, at feature 1"),
    (json.dumps(RIGHT[0]), "no FeatureCollection"),
    (file_of(RIGHT, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}), "another system"),
    (file_of(RIGHT, source="/home/me/x"), "2 break not_for_readers of source"),
    (file_of(RIGHT, source="d'après communes.geojson"), "2 break not_for_readers of source"),
    (file_of(RIGHT, vintage="COG 2020"), "none of its 2 rows keeps the contract: 2 break other_vintage"),
    (file_of([RIGHT[0], feature("01001", square(7, 46))]), "unique: 1 times the same niveau, millesime, code"),
]  # fmt: skip


def test_a_file_that_cannot_be_read_is_refused_with_the_place_and_no_content(tmp_path):
    home = Home(tmp_path)  # noqa: F811
    for day, (text, _) in enumerate(REFUSED):
        deliver(home, "com.geojson", text, RECEIVED + dt.timedelta(day))
    entries = land(home, RECEIVED + dt.timedelta(len(REFUSED)), contracts=CONTOURS)
    assert len(entries) == len(REFUSED) and {entry.verdict for entry in entries} == {"refused"}
    for entry, (_, said) in zip(entries, REFUSED, strict=True):
        assert entry.reason.startswith(f"contours/{entry.received_on}/com.geojson: ") and said in entry.reason
        assert "46.1" not in entry.reason and "01001" not in entry.reason


def test_the_vintage_that_the_contract_asks_for_is_that_of_the_places():
    [rule] = [rule for rule in CONTOURS["contours"].table.rules if rule.name == "other_vintage"]
    vintage = (PROJECT / "macros" / "referential" / "default_vintage.sql").read_text().split("'")[1]
    assert f"millesime = '{vintage}'" in rule.sql


@pytest.fixture(scope="module")
def counted(tmp_path_factory) -> Home:
    """A home in which outlines of three levels have landed, those of IRIS in two vintages, and were counted."""
    home = Home(tmp_path_factory.mktemp("outlines"))  # noqa: F811
    iris = [feature("010010000", square(5, 46)), feature("010330001", square(5.2, 46))]
    deliver(home, "com.geojson", file_of([*RIGHT, WRONG[0][0]]))
    deliver(home, "more.geojson", file_of([feature("01004", square(5.3, 46))]))
    # It lies in the Isère and in the Rhône.
    deliver(home, "epci.geojson", file_of([feature("200077014", square(5, 45))], "EPCI"))
    deliver(home, "iris.geojson", file_of(iris, "IRIS"))
    later = RECEIVED + dt.timedelta(1)
    deliver(home, "again.geojson", file_of([feature("01001", square(5.01, 46))]), later)
    deliver(home, "iris.geojson", file_of([*iris, feature("010330999", square(5.5, 46))], "IRIS", "IRIS 2020"), later)
    listed = home.landing / "insee_iris" / RECEIVED.isoformat()
    listed.mkdir(parents=True)
    (listed / "iris.csv").write_text("iris;com;annee;population\n010010000;01001;2020;860\n")
    land(home, later)
    count(home, ["int_referential__outlines", "int_referential__contours_account"])
    return home


def test_every_feature_is_accounted_for(counted):
    with duckdb.connect(str(counted.database), read_only=True) as connection:
        rows = connection.execute(
            "select file, rows_received, rows_used, rows_quarantined from vigie_intermediate"
            ".int_referential__contours_account order by file"
        ).fetchall()
    assert (f"{RECEIVED}/com.geojson", 3, 2, 1) in rows and len(rows) == 6
    assert all(received == used + waiting for _, received, used, waiting in rows)


def test_the_vintage_that_came_last_is_drawn_of_places_that_are_known(counted):
    with duckdb.connect(str(counted.database), read_only=True) as connection:
        drawn = connection.execute(
            "select geo_level, geo_code, dep, place_vintage, geometry like '%[[5.01,46]%' from vigie_intermediate"
            ".int_referential__outlines order by all"
        ).fetchall()
    vintage = "COG 2026"
    assert drawn == [
        ("COM", "01001", "01", vintage, True),
        ("COM", "01002", "01", vintage, False),
        ("COM", "01004", "01", vintage, False),
        ("EPCI", "200077014", "38", vintage, False),
        ("EPCI", "200077014", "69", vintage, False),
        # Of the IRIS Insee's vintage came last, in which the referential knows one.
        ("IRIS", "010010000", "01", "IRIS 2020", False),
    ]


def test_an_iris_that_the_referential_does_not_know_is_told():
    """Beside those that it knows in another vintage."""
    path = PROJECT / "tests" / "singular" / "referential" / "outlines_are_of_known_iris.sql"
    sql = jinja2.Template(path.read_text()).render(ref=lambda model: model, config=lambda **settings: "")
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table stg_contours__outlines as
                select 'IRIS' as geo_level, geo_code, place_vintage, delivery::ubigint as delivery, 1 as line
                from (values ('a', 'IRIS 2020', 1), ('a', 'IRIS 2019', 1), ('b', 'IRIS 2020', 1), ('b', 'IRIS 2020', 2))
                    t(geo_code, place_vintage, delivery);
            create table int_referential__places as select 'a' as iris, 'IRIS 2020' as population_vintage;
            create table stg_contours__deliveries as select 1::ubigint as delivery, 'accepted' as verdict
            """
        )
        assert sorted(row[:3] for row in connection.execute(sql).fetchall()) == [
            ("a", "IRIS 2019", 1), ("b", "IRIS 2020", 1)
        ]  # fmt: skip


def test_a_file_is_as_small_as_asked_for_and_neighbours_keep_their_border():
    """Two halves of a disc with a border of many points between them."""
    disc = shapely.Point(5, 46).buffer(1, quad_segs=2000)
    border = shapely.LineString([(5 + 0.05 * (n % 2), 44.9 + 2.2 * n / 4000) for n in range(4001)])
    halves = [shapely.to_geojson(half) for half in shapely.get_parts(shapely.ops.split(disc, border))]
    places = [("01001", "A", halves[0]), ("01002", None, halves[1])]
    whole, small = (collection({"level": "COM"}, places, largest) for largest in (LARGEST, 2_000))
    assert len(small.encode()) <= 2_000 < len(whole.encode()) <= LARGEST < sum(map(len, halves))
    for text in (whole, small):
        told = json.loads(text)
        assert told["level"] == "COM" and [each["properties"] for each in told["features"]] == [
            {"code": "01001", "name": "A"}, {"code": "01002"}
        ]  # fmt: skip
        one, other = (shapely.from_geojson(json.dumps(each["geometry"])) for each in told["features"])
        assert one.is_valid and other.is_valid and one.exterior.is_ccw if one.geom_type == "Polygon" else True
        together = one.union(other)
        assert together.area == pytest.approx(one.area + other.area, rel=1e-9) and together.geom_type == "Polygon"


def test_an_outline_that_crosses_itself_is_mended_and_one_without_a_surface_left_out():
    bow = json.dumps({"type": "MultiPolygon", "coordinates": [[[[5, 46], [6, 47], [6, 46], [5, 47], [5, 46]]]]})
    none = json.dumps({"type": "MultiPolygon", "coordinates": [[[[5, 46], [6, 47], [5, 46], [5, 46]]]]})
    [only] = json.loads(collection({}, [("01001", None, bow), ("01002", None, none)]))["features"]
    assert shapely.from_geojson(json.dumps(only["geometry"])).is_valid
    assert json.loads(collection({}, []))["features"] == []


OUTLINES = "model.vigie.int_referential__outlines"


@pytest.fixture
def drawing(home, manifest, gate, publish):  # noqa: F811
    """A release of which the classes by EPCI are drawn on a map, by outlines that a test may change and hold."""
    map_ = {
        "level": "EPCI",
        "place": "epci2020",
        "period": "semaine_glissante",
        "age": "clage_65",
        "classes": {"incidence_rate": "ti_classe"},
    }
    manifest["nodes"]["model.vigie.sg_epci"]["config"]["meta"]["vigie"]["map"] = map_
    node = {"unique_id": OUTLINES, "name": OUTLINES.split(".")[-1], "alias": OUTLINES.split(".")[-1]}
    manifest["nodes"][OUTLINES] = node | {"resource_type": "model", "schema": "marts", "config": {"meta": {}}}

    def run(side: float = 0.1, reasons: tuple = (), name: str = "Lyon", **options):
        outline = json.dumps({"type": "MultiPolygon", "coordinates": [[square(5, 46, side)]]})
        with duckdb.connect(str(home.database)) as connection:
            connection.execute(
                f"""
                create or replace table marts.int_referential__outlines as
                select 'EPCI' as geo_level, geo_code, '69' as dep, 'COG 2026' as place_vintage, '{name}' as place_name,
                    'IGN' as source, 'etalab-2.0' as licence, '{outline}' as geometry
                from (values ('200046977'), ('243801073')) t(geo_code)
                """
            )
        verdict = Verdict(OUTLINES, str(side), frozenset({"contours"}), reasons)
        return publish(verdicts=gate.verdicts() | {OUTLINES: verdict}, **options)

    return run


def test_a_release_draws_the_places_of_which_it_publishes_figures(drawing):
    made = drawing(site=True)
    path = made.path / "outlines" / "epci-69.geojson"
    drawn = json.loads(path.read_text())
    assert [each["properties"]["code"] for each in drawn["features"]] == ["200046977"]
    assert (drawn["vintage"], drawn["sources"], drawn["licences"]) == ("COG 2026", ["IGN"], ["etalab-2.0"])
    [told] = json.loads((made.path / "catalogue.json").read_text())["outlines"]
    assert (told["level"], told["places"], told["of"], told["departements"]) == ("EPCI", 1, "sg-epci", ["69"])
    package = json.loads((made.path / "datapackage.json").read_text())
    [resource] = [each for each in package["resources"] if each["name"] == "outlines-epci"]
    assert resource["sources"] == [{"title": "IGN"}] and resource["licenses"][0]["name"] == "etalab-2.0"
    assert resource["path"] == ["outlines/epci-69.geojson"] and resource["parts"][0]["bytes"] == path.stat().st_size
    assert frictionless.validate(str(made.path / "datapackage.json")).valid
    assert "Contours des cartes" in (made.path / "status.html").read_text()
    assert "IGN" in (made.path / "data.html").read_text()
    programs = json.loads((made.path / "catalogue.jsonld").read_text())["dcat:dataset"]
    assert [each["dct:identifier"] for each in programs if each["dct:identifier"].startswith("outlines")] == [
        "outlines-epci"
    ]
    assert json.loads((made.path / "observatory" / "choices.json").read_text())["outlines"] == {"EPCI": ["69"]}


def test_outlines_are_linked_while_they_are_the_same_and_kept_while_they_are_held(drawing, manifest):  # noqa: F811
    def file_of_(made) -> Path:
        return made.path / "outlines" / "epci-69.geojson"

    first = drawing()
    manifest["nodes"]["model.vigie.sp_dep_quot"]["config"]["meta"]["vigie"]["description"]["fr"] = "Autre."
    second = drawing(today=TODAY + dt.timedelta(1))
    assert second.new and file_of_(second).samefile(file_of_(first)) and not second.notes
    why = (Reason("check_failed", "outlines", "Un contrôle a échoué.", "A check failed.", ""),)
    held = drawing(side=0.2, reasons=why, today=TODAY + dt.timedelta(2))
    assert file_of_(held).samefile(file_of_(first)) and "outlines of places are not this release's" in held.notes[0]
    last = drawing(side=0.2, today=TODAY + dt.timedelta(3))
    assert file_of_(last).read_bytes() != file_of_(first).read_bytes() and not last.notes


def test_what_the_outlines_say_is_examined_before_it_is_shown(drawing):
    with pytest.raises(VigieError, match="outlines/epci-69.geojson of the release holds the name of a folder"):
        drawing(name="/home/someone/lake")


def test_without_a_delivery_there_are_none(drawing, home, manifest):  # noqa: F811
    manifest["nodes"]["model.vigie.sg_epci"]["config"]["meta"]["vigie"]["map"]["place"] = "nature"
    made = drawing()
    assert not list(made.path.glob("outlines/*"))
    assert json.loads((made.path / "catalogue.json").read_text())["outlines"] == []


def test_a_dataset_that_is_retracted_takes_its_outlines_along(drawing, home):  # noqa: F811
    first = drawing()
    order(home, TODAY, "wrong", event="retracted", output="sg_epci", datasets=["sg-epci"])
    drawing(today=TODAY + dt.timedelta(1))
    assert not (first.path / "outlines" / "epci-69.geojson").exists()
    assert json.loads((first.path / "catalogue.json").read_text())["outlines"] == []
    package = json.loads((first.path / "datapackage.json").read_text())
    assert not [each for each in package["resources"] if each["name"] == "outlines-epci"]


def test_what_is_sent_wrong_is_rejected_as_told(tmp_path):
    simulate(Home(tmp_path), "contours", "builtin", RECEIVED, RECEIVED, 3, {"bad_feature": 0.1}, size=1_000)
    assert_rejected_as_told(tmp_path, "contours", RECEIVED, rules=8, contracts=CONTOURS)
