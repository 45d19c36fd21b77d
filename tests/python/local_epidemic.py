"""A simulated epidemic in the places of a few départements, and what the models make of it for the public.

The counts are drawn by IRIS and summed; the models below the département run on them through `rendered_models.py`. The
départements are those where sums are most telling: métropoles over several départements, one that is a commune, two and
five communes in all, hardly any people, one EPCI beside a métropole.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

import duckdb
import numpy as np
import pandas as pd
from attacker import Files, Map
from rendered_models import Models, Project

DEPARTEMENTS = ("75", "91", "94", "95", "13", "83", "84", "23", "48", "90", "54", "2A", "972", "975", "977")
WEEK_END = dt.date(2021, 1, 10)
PUBLISHED = "int_testing__local_classes"
COUNTED = "int_testing__local_cube"
RULE = "int_testing__epci_told"
AGES = ("all", "65", "64")
BOUNDS = [(count, end, age) for count in ("cases", "tested") for end in ("low", "high") for age in AGES]


@dataclass
class LocalEpidemic:
    """A week with about `level` cases per 100,000 people, one in seventy tested, places as unequal as they are."""

    level: float
    seed: int = 1
    departements: tuple[str, ...] | None = DEPARTEMENTS
    disclosure: dict | None = None
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)

    def __post_init__(self) -> None:
        project = Project.read()
        if self.disclosure:
            project.variables["disclosure"] = {**project.variables["disclosure"], **self.disclosure}
        self.connection.execute("attach ':memory:' as lake; attach ':memory:' as w")
        for source in project.manifest["sources"].values():
            columns = ", ".join(f'"{name}" {column["data_type"]}' for name, column in source["columns"].items())
            self.connection.execute(f"create table lake.main.{source['source_name']}__{source['name']} ({columns})")
        self.models = Models(project, self.connection, "w", lambda source, table: f"lake.main.{source}__{table}")
        places = project.upstream(["int_referential__population"])
        self.local = [name for name in project.upstream([PUBLISHED], given=[COUNTED]) if name not in places]
        for name in project.seeds([*places, *self.local]):
            kept = name == "communes" and self.departements
            self.models.seed(name, f"dep in {self.departements}" if kept else "true")
        self._list_iris()
        self.models.run([*places, "int_referential__class_ladders"])
        self.by_iris = self._drawn()

    def relation(self, name: str) -> str:
        """Where a model stands."""
        return str(self.models.relation(name))

    def _list_iris(self) -> None:
        """Deliver a list of IRIS, unequal as they are; one that is a commune has a population of its own too."""
        communes = self.connection.execute(
            f"select com, population from {self.relation('communes')} where population > 2000 order by com"
        ).fetchall()
        draw, rows = np.random.default_rng(self.seed), []
        for com, population in communes:
            parts = draw.dirichlet(np.full(int(np.ceil(population / 2500)), 12.0)) if population > 10000 else [1.0]
            total = population * draw.uniform(0.95, 1.05)
            codes = [f"{com}{part:04}" for part in range(101, 101 + len(parts))] if len(parts) > 1 else [f"{com}0000"]
            rows += [(code, com, round(total * share, 2)) for code, share in zip(codes, parts, strict=True)]
        listed = pd.DataFrame(rows, columns=["iris", "com", "population"])  # noqa: F841 - DuckDB reads it by its name
        self.connection.execute(
            "insert into lake.main.insee_iris__insee_iris by name select iris, com, 2020 as annee, population, "
            "1 as delivery, row_number() over () as line, date '2021-01-01' as received_on from listed"
        )

    def draw(self, level: float) -> None:
        """Another epidemic in the same places."""
        self.level = level
        self.by_iris = self._drawn()

    def cases_only(self, cases: dict[str, int]) -> None:
        """Nobody is positive but so many of under 65 in these IRIS, or in the first IRIS of these communes."""
        self.by_iris[["cases65", "cases64"]] = 0
        for code, number in cases.items():
            at = self.by_iris.index[self.by_iris["iris" if len(code) == 9 else "com"] == code][0]
            self.by_iris.loc[at, "cases64"] += number
        self.by_iris["tested64"] = self.by_iris["tested64"].clip(lower=self.by_iris["cases64"])

    def first_counts(self, *levels: str, rate: str = "ti") -> dict[str, list[int]]:
        """By place, the counts at which its classes of a rate begin; of an IRIS that is a commune, the commune's."""
        rows = self.connection.execute(
            f"""
            select people.geo_code, list(ceil(classes.lower * people.population / 1e5)::integer order by classes.lower)
            from {self.relation("int_referential__population")} as people
            inner join {self.relation("int_referential__class_ladders")} as classes
                on classes.rate = '{rate}' and people.population >= size_from and people.population < size_to
            where people.geo_level in {levels or ("EPCI", "COM", "IRIS")} and people.age_class = 'all'
            group by all
            """
        ).fetchall()
        return dict(rows)

    def _drawn(self) -> pd.DataFrame:
        people = self.relation("int_referential__population")
        iris = self.connection.execute(
            f"""
            select places.iris, places.com, communes.epci, places.metropole, places.dep, everybody.population,
                older.population as older
            from {self.relation("int_referential__places")} as places
            inner join {self.relation("communes")} as communes on places.com = communes.com
            inner join {people} as everybody
                on everybody.geo_level = 'IRIS' and everybody.geo_code = iris and everybody.age_class = 'all'
            inner join {people} as older
                on older.geo_level = 'IRIS' and older.geo_code = iris and older.age_class = '65'
            order by iris
            """
        ).df()
        draw = np.random.default_rng(self.seed)

        def unequal(column: str, spread: float) -> np.ndarray:
            codes, at = np.unique(iris[column].fillna("").to_numpy(), return_inverse=True)
            return np.exp(draw.normal(0, spread, len(codes)))[at]

        infected = self.level / 1e5 * unequal("dep", 0.6) * unequal("epci", 0.3) * unequal("com", 0.6)
        infected *= unequal("iris", 0.3)
        tested = 0.014 * unequal("dep", 0.3) * unequal("com", 0.3)
        for age, number in (("65", iris["older"]), ("64", iris["population"] - iris["older"])):
            iris[f"cases{age}"] = draw.poisson(infected * number)
            iris[f"tested{age}"] = iris[f"cases{age}"] + draw.poisson(tested * number)
        return iris

    @cached_property
    def map(self) -> Map:
        """What the attacker knows of the places."""
        people = self.connection.execute(
            f"""
            select geo_level, geo_code, age_class, population from {self.relation("int_referential__population")}
            where geo_level in ('IRIS', 'COM', 'EPCI', 'METRO') and sex = 'all' and age_class in ('all', '65', '64')
            """
        ).df()
        communes = self.connection.execute(f"select com, epci, dep from {self.relation('communes')}").df()
        return Map(self.by_iris[["iris", "com"]], communes, people)

    def sums(self, **levels: str) -> pd.DataFrame:
        """Counts by the columns named, for the ages all, 65 and 64: the truth."""
        frames = []
        for level, column in levels.items():
            by_age = self.by_iris.groupby(column)[["cases65", "cases64", "tested65", "tested64"]].sum()
            for age in ("65", "64", "all"):
                parts = ["65", "64"] if age == "all" else [age]
                frame = pd.DataFrame(
                    {name: by_age[[name + p for p in parts]].sum(axis=1) for name in ("cases", "tested")}
                )
                frames.append(frame.rename_axis("geo_code").reset_index().assign(geo_level=level, age_class=age))
        return pd.concat(frames)

    @property
    def truth(self) -> pd.DataFrame:
        """The counts below the département."""
        return self.sums(IRIS="iris", COM="com", EPCI="epci", METRO="metropole")

    def publish(self) -> Files:
        """What is published of the counts as they stand."""
        counts = self.truth  # noqa: F841 - DuckDB reads it by its name
        cube = self.models.relation(COUNTED)
        self.connection.execute(f"create schema if not exists {cube.database}.{cube.schema}")
        self.connection.execute(
            f"""
            create or replace table {cube} as
            select counts.geo_level, counts.geo_code, 'week' as period, date '{WEEK_END}' as period_end,
                counts.age_class, counts.tested::integer as tested, counts.cases::integer as cases, people.population,
                'final' as status
            from counts left join {self.relation("int_referential__population")} as people
                on people.geo_level = counts.geo_level and people.geo_code = counts.geo_code
                and people.age_class = counts.age_class
            """
        )
        self.models.run(self.local)
        classes = self.connection.execute(
            f"""
            select geo_level, geo_code, period_end::varchar as week,
                case clage_65 when '0' then 'all' else clage_65 end as age_class,
                ti_classe as ti, td_classe as td, tp_classe as tp
            from {self.relation(PUBLISHED)} order by all
            """
        ).df()
        exact = self.sums(DEP="dep", METRO="metropole").query("age_class != '64'").assign(week=str(WEEK_END))
        exact.loc[exact["geo_level"] == "METRO", "tested"] = np.nan
        return Files(classes, exact)

    def outcomes(self, trials: pd.DataFrame) -> pd.DataFrame:
        """What the rule tells of an EPCI beside what is told of its communes: `trials` with the classes of each.

        Columns population, cases, tested and, of people of 65 and over, older_population, older_cases, older_tested;
        and what the communes leave open, cases_low_all, cases_high_all and so on for tested and for the ages 65 and 64.
        Those that are missing mean no one of 65 and over, and communes that leave everything open. Added are ti, td and
        tp, ti65, td65 and tp65, and the bounds that the model notes: told_cases_low_all and so on.
        """
        epci, com = self.connection.execute(
            f"select epci, com from {self.relation('int_referential__nesting')} "
            "where not is_departement and epci is not null order by all limit 1"
        ).fetchone()
        older = ("older_cases", "older_tested", "older_population")
        bounds = {f"{count}_{end}_{age}": 10**9 * (end == "high") for count, end, age in BOUNDS}
        given = trials.assign(
            week=np.arange(len(trials)),
            **{name: value for name, value in (dict.fromkeys(older, 0) | bounds).items() if name not in trials},
        )
        cube, communes = self.models.relation(COUNTED), self.relation("int_testing__communes_told")
        self.connection.execute(f"create schema if not exists {cube.database}.{cube.schema}")
        self.connection.execute(
            f"""
            create or replace table {cube} as
            select 'EPCI' as geo_level, '{epci}' as geo_code, 'week' as period,
                date '1900-01-01' + week::integer as period_end, unnest(['all', '65']) as age_class,
                unnest([tested, older_tested])::integer as tested,
                unnest([cases, older_cases])::integer as cases, unnest([population, older_population]) as population,
                'final' as status
            from given
            """
        )
        ends = [f"{count}_{end}" for count in ("cases", "tested") for end in ("low", "high")]
        by_age = ", ".join(f"unnest([{', '.join(f'{end}_{age}' for age in AGES)}])::bigint as {end}" for end in ends)
        self.connection.execute(
            f"""
            create or replace table {communes} as
            select '{com}' as geo_code, date '1900-01-01' + week::integer as period_end,
                unnest({list(AGES)}) as age_class, 0 as cases,
                0 as tested, {by_age}
            from given
            """
        )
        self.models.run(["int_testing__local_cells", RULE])
        told = self.connection.execute(
            f"""
            select period_end - date '1900-01-01' as week, age_class,
                ti_classe as ti, td_classe as td, tp_classe as tp, {", ".join(ends)}
            from {self.relation(RULE)}
            """
        ).df()
        for age in AGES:
            own = told[told["age_class"] == age].drop(columns="age_class").set_index("week")
            own = own.rename(columns={name: f"told_{name}_{age}" for name in ends})
            own = own.rename(columns={rate: rate if age == "all" else f"{rate}{age}" for rate in ("ti", "td", "tp")})
            given = given.merge(own, left_on="week", right_index=True, validate="one_to_one")
        return given.drop(columns="week")

    def withheld(self, level: str, pairs: pd.DataFrame) -> np.ndarray:
        """Whether the rule withholds all communes of a part, or all EPCI of a département, each pair in its own week.

        `pairs`: the total of cases and the sum of the low ends of the classes that it makes, columns total and low.
        """
        model, column, reads = {
            "COM": ("int_testing__publishable_parts", "is_publishable", "int_testing__terms_told"),
            "EPCI": ("int_testing__epci_sums", "holds or age_class <> 'all'", "int_testing__epci_told"),
        }[level]
        week = pd.Timestamp("1900-01-01") + pd.to_timedelta(np.arange(len(pairs)), "D")
        given = pairs[["total", "low"]].assign(week=week)  # noqa: F841 - DuckDB reads it by its name
        self.connection.execute(
            f"""
            create or replace table {self.relation(reads)} as
            with places as (
                select epci as place, row_number() over (order by epci) = 1 as is_first
                from {self.relation("int_referential__nesting")}
                group by epci having min(dep) = '23' and max(dep) = '23'
            )
            select '{level}' as geo_level, place as geo_code, place as com, null::varchar as epci, '23' as part,
                false as is_metropole, week::date as period_end, age_class,
                false as with_older,
                case when is_first and age_class <> '65' then total else 0 end::bigint as cases,
                case when is_first and age_class = 'all' then low else 0 end::bigint as cases_low,
                1000000000::bigint as cases_high,
                case when age_class = '65' then 0 else 1000000 end::bigint as tested,
                0::bigint as tested_low,
                1000000000::bigint as tested_high
            from given cross join places cross join (select unnest(['all', '65', '64']) as age_class)
            """
        )
        self.models.run([model])
        shown = self.connection.execute(
            f"select bool_and({column}) from {self.relation(model)} group by period_end order by period_end"
        ).fetchall()
        assert len(shown) == len(pairs)
        return np.array([not is_shown for (is_shown,) in shown])

    def late_results(self, share: float = 0.03) -> None:
        """Results that come after the first release: some more cases and people tested, nearly everywhere none."""
        draw = np.random.default_rng(self.seed + 1)
        for age in ("65", "64"):
            cases = draw.binomial(self.by_iris[f"cases{age}"], share)
            self.by_iris[f"tested{age}"] += cases + draw.binomial(self.by_iris[f"tested{age}"], share)
            self.by_iris[f"cases{age}"] += cases
