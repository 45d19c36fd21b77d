"""What a release holds, as the site reads it: its catalogue, and the figures of all sexes and ages in one table.

The figures are taken out of the files by a few queries over all indicators; every page and bulletin is made of these
curves. A row is a figure with what identifies it, and the dataset that holds it.
"""

import csv
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import yaml

from orchestration.errors import VigieError
from orchestration.release.annotations import NAME
from orchestration.release.files import FOLDER
from orchestration.release.words import WHOLES

# Periods of what a page shows first, the first that an indicator has.
PERIODS = ("rolling7", "day", "week", "cumulative", "wave")
# Days of the curves, and those of régions and départements that sheets and bulletins compare.
NATIONAL_DAYS, LOCAL_DAYS = 400, 42
EVENTS = f"{FOLDER}/{NAME}.csv"
THEMES = Path(__file__).with_name("themes.yml")
TOTAL = ("all", "all")
# The page of indicators whose model lies in no folder of a theme.
NO_THEME = "other"
COLUMNS = (
    "indicator",
    "geo_level",
    "geo_code",
    "period",
    "period_start",
    "period_end",
    "stratum_scheme",
    "stratum",
    "numerator",
    "denominator",
    "value",
    "ci_low",
    "ci_high",
    "status",
    "dataset",
)
SQL = {"period_start": "period_start::varchar", "period_end": "period_end::varchar"}


@dataclass(frozen=True)
class Curve:
    """The figures of a place over time, oldest first: their last days, values, status and, of France, bounds; whole
    rows of the last, of the last that is sure, and of the one a week before that, as far as there are such.

    The last is that of the last day which the declaration says is due (`lag_days`), or that is final somewhere, as a
    wave of a survey is long before the next one: what comes after it is incomplete.
    Sure is what is not provisional. Only that is compared: what is still to come would be read as a fall.
    """

    days: list[str]
    value: list[float | None]
    status: list[str]
    low: list[float | None] | None
    high: list[float | None] | None
    last: dict
    sure: dict | None
    before: dict | None

    @property
    def provisional(self) -> str | None:
        """The first provisional day."""
        return next((day for day, status in zip(self.days, self.status, strict=True) if status == "provisional"), None)

    @property
    def has_interval(self) -> bool:
        """Whether some figure has bounds; known of France."""
        return any(bound is not None for bound in self.low or ())

    @property
    def is_count(self) -> bool:
        """Whether the figure is what it counts, divided by nothing."""
        return self.last["denominator"] is None and self.last["numerator"] is not None

    @property
    def due(self) -> int:
        """How many figures there are up to the last one that is due."""
        return self.days.index(self.last["period_end"]) + 1

    @property
    def known(self) -> int:
        """How many figures are known."""
        return sum(value is not None for value in self.value)


@dataclass(frozen=True)
class Theme:
    """A theme of the site: its titles, its indicators (entries of the catalogue), those of the front page first."""

    name: str
    fr: str
    en: str
    indicators: list[dict]
    key: list[dict]

    def title(self, language: str) -> str:
        """Its title in `fr` or `en`."""
        return self.fr if language == "fr" else self.en


class Shown:
    """A release as its readers see it. Raises VigieError when `folder` is not one that a site can be made from."""

    def __init__(self, folder: Path) -> None:
        """Read the catalogue and the description of the data; the figures are read when they are asked for."""
        self.folder = folder
        try:
            self.catalogue = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
            self.package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
            self.today = dt.date.fromisoformat(self.catalogue["today"])
            self.header = {
                "release_id": self.catalogue["release"],
                "today": self.today,
                "as_of": self.catalogue["as_of"],
                "docs": self.catalogue["docs"],
            }
        except (OSError, ValueError, KeyError) as error:
            raise VigieError(
                f"{folder.name} is no release from which a site can be made: {type(error).__name__}."
            ) from error
        self.indicators = {entry["name"]: entry for entry in self.catalogue["indicators"]}
        self.datasets = {entry["name"]: entry for entry in self.catalogue["datasets"]}
        self.resources = {entry["name"]: entry for entry in self.package["resources"]}
        self.connection = duckdb.connect(config={"threads": 1})

    @cached_property
    def events(self) -> dict[str, list[dict]]:
        """What happened to figures, by output: rows of `events.csv` with the days `since` and `until`, the `kind`, and
        words in `fr` and `en`."""
        found: dict[str, list[dict]] = {}
        with open(self.folder / EVENTS, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                found.setdefault(row["output"], []).append(row)
        return found

    def title(self, output: str) -> str:
        """The French title of an indicator; a file in an official layout is called by its name."""
        return self.indicators[output]["title_fr"] if output in self.indicators else output

    @cached_property
    def themes(self) -> list[Theme]:
        """The themes that have indicators, in the order of the site."""
        declared = yaml.safe_load(THEMES.read_text(encoding="utf-8"))
        by_theme: dict[str, list[dict]] = {}
        for entry in self.indicators.values():
            by_theme.setdefault(entry["theme"] or NO_THEME, []).append(entry)
        found = []
        for name in [*(n for n in declared if n in by_theme), *sorted(by_theme.keys() - declared.keys())]:
            told = declared.get(name, {"fr": name, "en": name})
            key = [self.indicators[each] for each in told.get("key", ()) if each in self.indicators]
            rest = [entry for entry in by_theme[name] if entry not in key]
            shown = key or rest[:4]
            found.append(Theme(name, told["fr"], told["en"], key + rest, shown))
        return found

    def holding(self, name: str, level: str, period: str, stratum: tuple[str, str]) -> dict | None:
        """The series that holds the figures of an indicator of all sexes and ages, so cut; None when there is none."""
        for each in self._series.get(name, ()):
            axes = each["axes"]
            if level in axes["geo"] and period in axes["period"] and list(stratum) in axes["strata"]:
                return each
        return None

    @cached_property
    def _series(self) -> dict[str, list[dict]]:
        """By indicator the series with files that hold figures of all sexes and ages."""
        found: dict[str, list[dict]] = {}
        for each in self.datasets.values():
            if each["axes"] and each["parquet"] and "all" in each["axes"]["sex"] and "all" in each["axes"]["age"]:
                found.setdefault(each["indicator"], []).append(each)
        return found

    def first_shown(self, name: str) -> tuple[str, str, str] | None:
        """The period and the stratum of which an indicator is shown; None when it has no figure for France, nor for the
        world."""
        national = [each["axes"] for each in self._series.get(name, ()) if WHOLES.keys() & set(each["axes"]["geo"])]
        strata = [tuple(pair) for axes in national for pair in axes["strata"]]
        if not strata:
            return None
        stratum = TOTAL if TOTAL in strata else strata[0]
        held = {period for axes in national if list(stratum) in axes["strata"] for period in axes["period"]}
        return next((period, *stratum) for period in PERIODS if period in held)

    def curves(
        self, level: str, wanted: Mapping[str, tuple[str, str, str]], days: int, until: dt.date | None = None
    ) -> dict[str, dict[str, Curve]]:
        """The last days of the places of a level: by code and indicator, of the period and the stratum `wanted` of each
        indicator. The last figure is that of `until` at the latest."""
        first = (until or self.today) - dt.timedelta(days)
        files, chosen = [], []
        for name, (period, *stratum) in wanted.items():
            if each := self.holding(name, level, period, tuple(stratum)):
                files += [path for path in each["parquet"] if Path(path).stem >= f"{first:%Y-%m}"]
                due = self.today - dt.timedelta(self.datasets[each["name"]]["lag_days"])
                end = until or self.today
                chosen.append((name, period, *stratum, min(due, end).isoformat(), end.isoformat()))
        if not files:
            return {}
        row = f"{{{', '.join(f'{name}: {SQL.get(name, name)}' for name in COLUMNS)}}}"
        cursor = self.connection.execute(
            f"""
            with chosen (indicator, period, stratum_scheme, stratum, due, until) as (
                values {", ".join(map(str, chosen))}
            ), rows as (
                select *, split_part(filename, '/', -2) as dataset,
                    greatest(due::date, max(period_end) filter (status = 'final' and period_end <= until::date)
                    over (partition by indicator)) as complete
                from read_parquet(?, union_by_name = true, filename = true)
                inner join chosen using (indicator, period, stratum_scheme, stratum)
                where geo_level = '{level}' and sex = 'all' and age_scheme = 'all' and period_end > '{first}'
            ), lasting as (
                select *, max(period_end) filter (period_end <= complete) over (partition by indicator, geo_code)
                    as last_end,
                    max(period_end) filter (period_end <= complete and status <> 'provisional')
                    over (partition by indicator, geo_code) as sure_end
                from rows
            )
            select geo_code, indicator, list(period_end::varchar order by period_end) as days,
                list(value order by period_end) as value, list(status order by period_end) as status,
                {"list(ci_low order by period_end)" if level in WHOLES else "null"} as low,
                {"list(ci_high order by period_end)" if level in WHOLES else "null"} as high,
                any_value({row}) filter (period_end = last_end) as last,
                any_value({row}) filter (period_end = sure_end) as sure,
                any_value({row}) filter (period_end = sure_end - 7 and period <> 'wave') as before
            from lasting where last_end is not null group by geo_code, indicator order by geo_code, indicator
            """,
            [[str(self.folder / path) for path in dict.fromkeys(files)]],
        )
        found: dict[str, dict[str, Curve]] = {}
        for code, name, *rest in cursor.fetchall():
            found.setdefault(code, {})[name] = Curve(*rest)
        return found

    @cached_property
    def shown_of(self) -> dict[str, tuple[str, str, str]]:
        """By indicator the period and the stratum that pages show of it."""
        return {name: of for name in self.indicators if (of := self.first_shown(name))}

    @cached_property
    def national(self) -> dict[str, Curve]:
        """The curve of each indicator for France, by indicator."""
        return self._whole("FRA")

    @cached_property
    def whole(self) -> dict[str, Curve]:
        """The curve of each indicator for the whole that it is of, France or the world, by indicator."""
        return self._whole("WORLD") | self.national

    def _whole(self, level: str) -> dict[str, Curve]:
        return self.curves(level, self.shown_of, NATIONAL_DAYS).get(WHOLES[level], {})

    @cached_property
    def local(self) -> dict[str, dict[str, dict[str, Curve]]]:
        """The last weeks of each région and département, by level, code and indicator."""
        return {level: self.curves(level, self.shown_of, LOCAL_DAYS) for level in ("REG", "DEP")}

    def stratum_words(self, name: str, stratum: tuple[str, str], language: str) -> str:
        """The words for a stratum of an indicator; empty for the total."""
        known = self.indicators[name]["stratum_schemes"].get(stratum[0])
        return known["strata"][stratum[1]][language] if known else ""
