"""The rebuild as an analyst would write it in polars: `python -m tests.bench.in_polars LAKE FOLDER`.

Lazy frames over the lake, collected by the streaming engine; writes `cells`, `cube_days` and `local_windows` as Parquet
into FOLDER, with the columns of the models.
"""

import datetime as dt
import sys
from pathlib import Path

import polars as pl

from orchestration.home import PROJECT

SEEDS = PROJECT / "seeds" / "referential"
DAY = ["person", "sampled_on"]
CELL = ["cell_level", "sampled_on", "place", "sex", "age_band", "delay"]
MEASURES = {
    "tests": pl.col("tests"),
    "antigenic_tests": pl.col("antigenic_tests"),
    "tested": pl.col("is_tested"),
    "tested_symptomatic": pl.col("is_tested") & (pl.col("symptoms") == "O"),
    "tested_asymptomatic": pl.col("is_tested") & (pl.col("symptoms") == "N"),
    "tested_again": pl.col("is_tested") & pl.col("was_positive"),
    "cases": pl.col("is_case"),
    "cases_symptomatic": pl.col("is_case") & (pl.col("symptoms") == "O"),
    "cases_asymptomatic": pl.col("is_case") & (pl.col("symptoms") == "N"),
    "reinfections": pl.col("is_case") & pl.col("was_positive"),
    "positive_serologies": pl.col("positive_serologies"),
    "screened": pl.col("is_case") & pl.any_horizontal(pl.col("^criblage_.$").is_not_null()),
    **{
        f"target_{target}_{found}": pl.col("is_case") & (pl.col(f"criblage_{target}") == value)
        for target in "abcd"
        for found, value in (("found", 1), ("absent", 0))
    },
    "targets_ac_neither": pl.col("is_case") & (pl.col("criblage_a") + pl.col("criblage_c") == 0),
    "targets_ac_some": pl.col("is_case") & (pl.col("criblage_a") + pl.col("criblage_c") > 0),
    "variant_screened": pl.col("is_case") & pl.col("criblage_variant").is_not_null(),
    **{
        f"variant_{name}": pl.col("is_case") & (pl.col("criblage_variant") == code)
        for name, code in (("alpha", "V1"), ("beta_or_gamma", "V2_3"), ("none", "ABS"))
    },
}


def seed(name: str) -> pl.DataFrame:
    """A referential, every column as text."""
    return pl.read_csv(SEEDS / f"{name}.csv", infer_schema=False)


def departement(code: str) -> pl.Expr:
    """Département of a commune or IRIS code."""
    text = pl.col(code)
    return pl.when(text.str.slice(0, 2).is_in(["97", "98"])).then(text.str.slice(0, 3)).otherwise(text.str.slice(0, 2))


def current_tests(lake: str) -> pl.LazyFrame:
    """The current version of each conclusive virological result and positive serology."""
    rows = pl.scan_parquet(
        f"{lake}/raw/sidep/*/*.parquet", hive_partitioning=True, hive_schema={"received_on": pl.Date}
    )
    order = ["version", "received_on", "delivery", "line"]
    several = rows.group_by("id_resultat").len().filter(pl.col("len") > 1).select("id_resultat")
    current = pl.concat(
        [
            rows.join(several, on="id_resultat", how="anti"),
            rows.join(several, on="id_resultat", how="semi")
            .sort(order)
            .unique("id_resultat", keep="last", maintain_order=True),
        ]
    )
    serology = pl.col("type_analyse") == "SEROLOGIE"
    sampled_on = pl.col("date_prelevement").dt.date()
    return current.filter(
        pl.col("nature") != "deletion",
        (~serology & pl.col("resultat").is_in(["P", "N"])) | (serology & (pl.col("resultat") == "P")),
    ).select(
        "id_resultat",
        "date_prelevement",
        pl.col("id_personne").alias("person"),
        sampled_on.alias("sampled_on"),
        serology.alias("is_serology"),
        (pl.col("type_analyse") == "ANTIGENIQUE").alias("is_antigenic"),
        (pl.col("resultat") == "P").alias("is_positive"),
        pl.coalesce(
            "departement_residence",
            departement("commune_residence"),
            departement("iris_residence"),
            pl.lit("unknown"),
        ).alias("dep"),
        pl.coalesce("iris_residence", "commune_residence", pl.lit("unknown")).alias("local"),
        pl.col("sexe").replace_strict({"F": "F", "H": "M"}, default="unknown").alias("sex"),
        "age",
        pl.col("id_laboratoire").alias("laboratory"),
        (pl.col("date_resultat") - pl.col("date_prelevement")).dt.total_hours().clip(upper_bound=240).alias("hours"),
        (pl.col("received_on") - sampled_on).dt.total_days().clip(upper_bound=60).alias("receipt"),
        pl.col("symptomes").fill_null("").alias("symptoms"),
        (sampled_on - pl.col("date_debut_symptomes")).dt.total_days().clip(upper_bound=30).alias("onset"),
        pl.col("^criblage_.*$"),
    )


def person_days(tests: pl.LazyFrame) -> pl.LazyFrame:
    """One row per person and day, with the retained test and the case definition; positive serologies beside."""
    virology = tests.filter(~pl.col("is_serology"))
    days = (
        virology.sort("is_positive", "is_antigenic", "date_prelevement", "id_resultat", descending=[True] + [False] * 3)
        .group_by(DAY, maintain_order=True)
        .agg(
            pl.len().alias("tests"),
            pl.col("is_antigenic").sum().alias("antigenic_tests"),
            pl.exclude("is_antigenic").first(),
        )
    )
    positive_days = (
        virology.filter("is_positive")
        .select(*DAY, pl.col("sampled_on").alias("earlier"))
        .unique(DAY)
        .sort("sampled_on")
    )
    classified = (
        days.sort("sampled_on")
        .join_asof(positive_days, on="sampled_on", by="person", allow_exact_matches=False, check_sortedness=False)
        .with_columns(
            ((pl.col("sampled_on") - pl.col("earlier")).dt.total_days() > 60).fill_null(True).alias("is_tested"),
        )
        .with_columns(
            (pl.col("is_tested") & pl.col("is_positive")).alias("is_case"),
            pl.col("earlier").is_not_null().alias("was_positive"),
            pl.lit(0).alias("positive_serologies"),
        )
    )
    serology = tests.filter("is_serology").with_columns(
        pl.lit(0).alias("tests"),
        pl.lit(0).alias("antigenic_tests"),
        *(pl.lit(False).alias(name) for name in ("is_tested", "is_case", "was_positive")),
        pl.lit(1).alias("positive_serologies"),
    )
    ages = seed("age_years").select(pl.col("age").cast(pl.Int32), "age_band", "age65")
    return (
        pl.concat([classified, serology], how="diagonal_relaxed")
        .join(ages.lazy(), on="age", how="left")
        .with_columns(pl.col("age_band", "age65").fill_null("unknown"))
    )


def cells_of(rows: pl.LazyFrame) -> pl.DataFrame:
    """The counts by finest cell, at the five levels."""
    everything, one = pl.lit("all"), pl.lit(-1)
    levels = {
        "dep": (rows, ["dep", "sex", "age_band", one]),
        "local": (rows, ["local", everything, "age65", one]),
        "result_delay": (rows.filter("is_tested"), ["dep", everything, everything, "hours"]),
        "onset_delay": (
            rows.filter("is_case", pl.col("symptoms") == "O", pl.col("onset").is_not_null()),
            ["dep", "sex", "age_band", "onset"],
        ),
        "receipt_delay": (rows, ["laboratory", everything, everything, "receipt"]),
    }
    parts = []
    for level, (kept, keys) in levels.items():
        named = [
            (pl.col(key) if isinstance(key, str) else key).alias(name) for key, name in zip(keys, CELL[2:], strict=True)
        ]
        # Where only people tested and cases are published, only these are counted.
        measures = [
            (expression if level == "dep" or name in ("tested", "cases") else pl.lit(0)).cast(pl.Int32).alias(name)
            for name, expression in MEASURES.items()
        ]
        parts.append(
            kept.select("sampled_on", *named, *measures)
            .with_columns(pl.col("delay").cast(pl.Int64))
            .group_by(CELL[1:])
            .agg(pl.col(*MEASURES).sum())
            .select(pl.lit(level).alias("cell_level"), *CELL[1:], *MEASURES)
        )
    return pl.concat(parts).collect(engine="streaming")


def cube_of(cells: pl.DataFrame, first_day: dt.date, last_day: dt.date) -> pl.DataFrame:
    """France, régions and départements by day, sex and age schemes, every cell present."""
    bands = seed("age_years").select("age_band", "age10", "age15", "school").unique()
    bands = pl.concat([bands, pl.DataFrame({name: ["unknown"] for name in bands.columns})])
    departements = seed("departements").select("dep", "reg")
    departements = pl.concat([departements, pl.DataFrame({"dep": ["unknown"], "reg": ["unknown"]})])
    grid = (
        pl.DataFrame({"sampled_on": pl.date_range(first_day, last_day, eager=True)})
        .join(departements, how="cross")
        .join(pl.DataFrame({"sex": ["F", "M", "unknown"]}), how="cross")
        .join(bands, how="cross")
    )
    counted = (
        cells.filter(pl.col("cell_level") == "dep")
        .with_columns(
            pl.when(pl.col("place").is_in(departements["dep"].implode()))
            .then("place")
            .otherwise(pl.lit("unknown"))
            .alias("dep")
        )  # fmt: skip
        .group_by("sampled_on", "dep", "sex", "age_band")
        .agg(pl.col(*MEASURES).sum())
    )
    days = grid.join(counted, on=["sampled_on", "dep", "sex", "age_band"], how="left").with_columns(
        pl.col(*MEASURES).fill_null(0)
    )
    parts = []
    for level, place in (("FRA", pl.lit("FR")), ("REG", pl.col("reg")), ("DEP", pl.col("dep"))):
        for sex in (pl.lit("all"), pl.col("sex")):
            for scheme in ("all", "age10", "age15", "school"):
                age_class = pl.lit("all") if scheme == "all" else pl.col(scheme)
                parts.append(
                    days.lazy()
                    .group_by(
                        pl.lit(level).alias("geo_level"),
                        place.alias("geo_code"),
                        pl.col("sampled_on").alias("period_end"),
                        sex.alias("sex"),
                        pl.lit(scheme).alias("age_scheme"),
                        age_class.alias("age_class"),
                    )
                    .agg(pl.col(*MEASURES).sum())
                )
    return pl.concat(parts).collect(engine="streaming")


def local_windows_of(cells: pl.DataFrame, first_day: dt.date, last_day: dt.date) -> pl.DataFrame:
    """People tested and cases over seven days below the département, for the published windows, zeros included."""
    communes = seed("communes").with_columns(pl.col("population").cast(pl.Int64))
    metropoles = seed("metropoles").select("epci", pl.col("epci").alias("metropole"))
    parts = pl.when(pl.col("population") > 10000).then((pl.col("population") / 2500).ceil().cast(pl.Int64)).otherwise(0)
    iris = (
        communes.filter(departement("com").is_in(seed("departements")["dep"].implode()))
        .with_columns(pl.int_ranges(parts.clip(0, 1), parts + 1).alias("number"))
        .explode("number")
        .select((pl.col("com") + pl.col("number").cast(pl.String).str.zfill(4)).alias("iris"))
    )
    located = (
        cells.filter(pl.col("cell_level") == "local", pl.col("sampled_on") > last_day - dt.timedelta(96))
        .with_columns(pl.col("place").str.slice(0, 5).alias("com"))
        .join(iris.with_columns(pl.col("iris").alias("place")), on="place", how="left")
        .join(seed("commune_arrondissements").rename({"com": "city"}), left_on="com", right_on="arr", how="left")
        .with_columns(pl.coalesce("city", "com").alias("com"))
        .join(communes.select("com", pl.col("com").alias("known"), "epci"), on="com", how="left")
        .join(metropoles, on="epci", how="left")
    )
    windows = {"EPCI": 90, "METRO": 90, "COM": 14, "IRIS": 14}
    columns = {"EPCI": "epci", "METRO": "metropole", "COM": "known", "IRIS": "iris"}
    places = {
        "EPCI": seed("epci")["epci"],
        "METRO": seed("metropoles")["epci"],
        "COM": communes["com"],
        "IRIS": iris["iris"],
    }
    keys = ["geo_level", "geo_code", "period_end", "age_class"]
    found = []
    for level, number in windows.items():
        ends = pl.date_range(
            max(first_day + dt.timedelta(6), last_day - dt.timedelta(number - 1)), last_day, eager=True
        )
        if level in ("COM", "IRIS"):
            # Whole weeks alone.
            ends = ends.filter(ends.dt.weekday() == 7)
        codes = places[level].to_list() + ([] if level == "METRO" else ["unknown"])
        grid = (
            pl.DataFrame({"geo_level": [level]})
            .join(pl.DataFrame({"geo_code": codes}), how="cross")
            .join(pl.DataFrame({"period_end": ends}), how="cross")
            .join(pl.DataFrame({"age_class": ["all", "64", "65", "unknown"]}), how="cross")
        )
        place = pl.col(columns[level])
        rows = located.filter(place.is_not_null()) if level == "METRO" else located
        by_class = rows.select(
            pl.lit(level).alias("geo_level"),
            place.fill_null("unknown").alias("geo_code"),
            "sampled_on",
            pl.col("age_band").alias("age_class"),
            "tested",
            "cases",
        )
        both = pl.concat([by_class, by_class.with_columns(pl.lit("all").alias("age_class"))])
        sums = (
            both.group_by("geo_level", "geo_code", "sampled_on", "age_class")
            .agg(pl.col("tested", "cases").sum())
            .with_columns(pl.date_ranges("sampled_on", pl.col("sampled_on").dt.offset_by("6d")).alias("period_end"))
            .explode("period_end")
            .group_by(keys)
            .agg(pl.col("tested", "cases").sum())
        )
        found.append(grid.join(sums, on=keys, how="left").with_columns(pl.col("tested", "cases").fill_null(0)))
    return pl.concat(found)


def main() -> None:
    """Read the lake, write the three tables."""
    lake, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    cells = cells_of(person_days(current_tests(lake)))
    cells.rename({"sampled_on": "day"}).write_parquet(folder / "cells.parquet")
    tested = cells.filter(pl.col("cell_level") == "dep", (pl.col("tests") > 0) | (pl.col("positive_serologies") > 0))[
        "sampled_on"
    ]
    first_day, last_day = tested.min(), tested.max()
    cube_of(cells, first_day, last_day).write_parquet(folder / "cube_days.parquet")
    local_windows_of(cells, first_day, last_day).write_parquet(folder / "local_windows.parquet")


if __name__ == "__main__":
    main()
