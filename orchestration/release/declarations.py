"""What is to be published, read from the dbt manifest and from nowhere else.

A model that publishes something says so in `config.meta.vigie`: `kind: indicator` (a view with the indicator
contract, of which named slices are published) or `kind: open_data` (a model whose rows are the file).
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError, field_validator

from orchestration.errors import VigieError
from orchestration.landing.checking import quoted
from orchestration.release.policy import disclosure_policy

# The indicator contract: the columns of every indicator, in the order in which they are published.
CONTRACT = (
    "indicator",
    "geo_level",
    "geo_code",
    "period",
    "period_start",
    "period_end",
    "sex",
    "age_scheme",
    "age_class",
    "stratum_scheme",
    "stratum",
    "numerator",
    "denominator",
    "value",
    "ci_low",
    "ci_high",
    "status",
    "definition",
    "population_vintage",
)
# What identifies one figure of an indicator, and the order of the rows of a slice: by day, so that the files of its
# months, one after the other, are in order.
CONTRACT_KEY = (
    "period_end",
    "period",
    "geo_level",
    "geo_code",
    "sex",
    "age_scheme",
    "age_class",
    "stratum_scheme",
    "stratum",
)
# The figures of the contract, which are published rounded.
FIGURES = ("numerator", "denominator", "value", "ci_low", "ci_high")
# Names become file names and resource names of the data package.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
LANGUAGE_MARK = re.compile(r"^\s*---\s*en\s*---\s*$", re.MULTILINE)


class Text(BaseModel):
    """A text in French and in English."""

    fr: str
    en: str

    def in_(self, language: str) -> str:
        """The text in `fr` or `en`."""
        return self.fr if language == "fr" else self.en


class Change(Text):
    """A change of definition."""

    date: dt.date


class Replaces(BaseModel):
    """The indicator of which another is the next definition, and the day since which both are published."""

    indicator: str
    since: dt.date


class Reach(BaseModel):
    """Days before the seven up to the end of a period, and after it, on which figures rest besides."""

    before: int = 0
    after: int = 0


class Breakdown(BaseModel):
    """A product of axes: geographies × periods × sexes × age schemes × strata.

    Of the strata `all` is the total, a scheme all of its strata, and `<scheme>.<stratum>` one of them.
    """

    geo: list[str]
    period: list[str]
    sex: list[str] = ["all"]
    age: list[str] = ["all"]
    strata: list[str] = ["all"]

    def holds(self, other: "Breakdown") -> bool:
        """Whether every combination of `other` is in this product."""
        return all(
            set(getattr(other, axis)) <= set(getattr(self, axis)) for axis in ("geo", "period", "sex", "age")
        ) and all({name, name.partition(".")[0]} & set(self.strata) for name in other.strata)


class Slice(Breakdown):
    """A named part of an indicator: its last days are published as CSV, the whole series as Parquet by month."""

    name: str
    title: Text | None = None
    description: Text | None = None


class StratumScheme(Text):
    """What figures are divided into beside place, period, sex and age: its name and those of its strata."""

    strata: dict[str, Text]


class _Published(BaseModel):
    name: str
    title: Text
    source: str
    fresh_by: str | None = None
    lag_days: int = 0
    # The last day that it will ever hold, of a file about a time that is over: it cannot be late.
    closed: dt.date | None = None
    # Outputs of a group must add up: they are published together or held together.
    group: str | None = None
    # Groups that it is read with: it is held when one of them is, and holds none of them.
    follows: list[str] = []
    # Changes of definition, and of what is published of it.
    changes: list[Change] = []

    @field_validator("fresh_by", mode="before")
    @classmethod
    def _hour(cls, value: Any) -> Any:
        return None if value is None else str(value)


class Indicator(_Published):
    """The declaration of an indicator."""

    unit: Text
    formula: Text | None = None
    breakdowns: list[Breakdown]
    open_data: list[Slice] = []
    definition: dt.date
    replaces: Replaces | None = None
    doc: str | None = None
    decimals: int | None = None
    # Whether figures are of a population, of which each row then bears the vintage.
    population: bool = False
    reach: Reach = Reach()
    # Figures that it has; one that is not named is empty, or for the numerator the value.
    figures: list[str] = list(FIGURES)
    # The schemes that `strata` name.
    stratum_schemes: dict[str, StratumScheme] = {}
    node: str = ""

    @property
    def slices(self) -> list[Slice]:
        """The named slices."""
        return self.open_data

    def strata(self, part: Breakdown) -> list[tuple[str, str]]:
        """The strata of a breakdown or slice: pairs of scheme and stratum, ('all', 'all') for the total."""
        found: list[tuple[str, str]] = []
        for name in part.strata:
            scheme, _, stratum = name.partition(".")
            known = self.stratum_schemes[scheme].strata if scheme in self.stratum_schemes else ["all"]
            found += [(scheme, each) for each in ([stratum] if stratum else known)]
        return list(dict.fromkeys(found))

    def stratum_words(self, name: str, language: str) -> str:
        """The words for an entry of `strata`: those of the scheme or of the one stratum; empty for the total."""
        scheme, _, stratum = name.partition(".")
        if scheme not in self.stratum_schemes:
            return ""
        told = self.stratum_schemes[scheme]
        return told.strata[stratum].in_(language) if stratum else told.in_(language)

    def constants(self, part: Slice) -> dict[str, str]:
        """The columns of a slice that have one value in all its rows, since its declaration says so: the CSV is
        without them, and the data package says their values."""
        found = {"indicator": self.name, "definition": self.definition.isoformat()}
        axes = {"geo_level": part.geo, "period": part.period, "sex": part.sex, "age_scheme": part.age}
        found |= {column: values[0] for column, values in axes.items() if len(values) == 1}
        found |= {"geo_code": "FR"} if part.geo == ["FRA"] else {}
        found |= {"age_class": "all"} if part.age == ["all"] else {}
        schemes, strata = ({pair[n] for pair in self.strata(part)} for n in (0, 1))
        for column, values in (("stratum_scheme", schemes), ("stratum", strata)):
            found |= {column: values.pop()} if len(values) == 1 else {}
        return found

    def csv_columns(self, part: Slice) -> list[str]:
        """The columns of the CSV of a slice: those of the contract without what is the same in all rows, without the
        first day of periods of which the kind says it, without the scheme where the class says it, without the
        figures that it does not have, and without the vintage of no population."""
        dropped = set(self.constants(part)) | (set() if {"cumulative", "wave"} & set(part.period) else {"period_start"})
        dropped |= {"age_scheme"} if len({*part.age, "all"}) <= 2 else set()
        dropped |= {"stratum_scheme"} if len({scheme for scheme, _ in self.strata(part)} | {"all"}) <= 2 else set()
        dropped |= (set() if self.population else {"population_vintage"}) | set(FIGURES) - set(self.figures)
        return [column for column in CONTRACT if column not in dropped]


class Map(BaseModel):
    """How a file of classes is drawn on the map: the level of its places, its columns of place, period and age, and by
    indicator the column of its classes."""

    level: str
    place: str
    period: str
    age: str
    classes: dict[str, str]


class Layout(_Published):
    """The declaration of a file in an official layout: the columns of the model are those of the file."""

    description: Text
    order_by: list[str] = Field(min_length=1)
    map: Map | None = None
    node: str = ""

    @property
    def told(self) -> Text:
        """Its description, and what has changed since when: a file has no page that would tell it."""
        found = sorted(self.changes, key=lambda change: change.date, reverse=True)
        fr = [self.description.fr, *(f"{change.date.isoformat()} : {change.fr}" for change in found)]
        en = [self.description.en, *(f"{change.date.isoformat()}: {change.en}" for change in found)]
        return Text(fr=" ".join(fr), en=" ".join(en))


def _closest(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'declaration'}: {e['msg']}" for e in error.errors())


@dataclass(frozen=True)
class Declarations:
    """All that the manifest declares, with the lineage and the texts that go with it."""

    manifest: Mapping

    @cached_property
    def _published(self) -> list[Indicator | Layout]:
        found: list[Indicator | Layout] = []
        for unique_id, node in sorted(self.manifest.get("nodes", {}).items()):
            declared = ((node.get("config") or {}).get("meta") or {}).get("vigie")
            if not declared:
                continue
            kind = declared.get("kind")
            if kind not in ("indicator", "open_data"):
                continue
            model = Indicator if kind == "indicator" else Layout
            try:
                found.append(model(**{"name": node["name"], **declared, "node": unique_id}))
            except ValidationError as error:
                raise VigieError(f"Model {node['name']}: its declaration is not right ({_closest(error)}).") from error
        return found

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators, by name."""
        return sorted((d for d in self._published if isinstance(d, Indicator)), key=lambda d: d.name)

    @cached_property
    def layouts(self) -> list[Layout]:
        """The files in official layouts, by name."""
        return sorted((d for d in self._published if isinstance(d, Layout)), key=lambda d: d.name)

    def validate(self) -> None:
        """Raise VigieError on a name that cannot be published, a name used twice, a slice outside of the
        declared breakdowns, or a slice that would publish a number below the département."""
        seen: dict[str, str] = {}
        for name, owner in self._names():
            if not NAME.fullmatch(name):
                raise VigieError(f"{owner}: '{name}' cannot name a file; use a-z, 0-9, '-' and '_'.")
            if name in seen:
                raise VigieError(f"The dataset '{name}' is declared twice, by {seen[name]} and {owner}; rename one.")
            seen[name] = owner
        for each in self.indicators:
            if each.replaces and each.replaces.indicator == each.name:
                raise VigieError(f"{each.name} replaces itself: a new definition has a name of its own.")
        groups = {each.group for each in self._published}
        for each in self._published:
            if unknown := set(each.follows) - groups:
                raise VigieError(f"{each.name} follows {', '.join(sorted(unknown))}, which is no group of an output.")
        for indicator in self.indicators:
            for part in indicator.slices:
                refused = disclosure_policy().refused(part.geo, part.age)
                if refused:
                    raise VigieError(
                        f"Slice '{part.name}' of {indicator.name} would publish numbers for {', '.join(refused)} by "
                        f"{', '.join(part.age)}: below the département only classes are published, and numbers by the "
                        "ages that the disclosure policy names. Remove these levels or ages from the slice."
                    )
                if not any(b.holds(part) for b in indicator.breakdowns):
                    raise VigieError(
                        f"Slice '{part.name}' of {indicator.name} is not within one of the declared breakdowns; "
                        "widen the breakdown or narrow the slice."
                    )

    def _names(self) -> Iterator[tuple[str, str]]:
        for indicator in self.indicators:
            for part in indicator.slices:
                yield part.name, f"the indicator {indicator.name}"
        for layout in self.layouts:
            yield layout.name, f"the model {self.node(layout.node)['name']}"

    def node(self, unique_id: str) -> Mapping:
        """A node or source of the manifest."""
        return self.manifest.get("nodes", {}).get(unique_id) or self.manifest.get("sources", {})[unique_id]

    def relation(self, unique_id: str) -> str:
        """The quoted name of the node's table or view in the warehouse."""
        return relation_of(self.node(unique_id))

    def model(self, name: str) -> Mapping | None:
        """The model or seed with that name, or None."""
        return next(
            (
                n
                for n in self.manifest.get("nodes", {}).values()
                if n["name"] == name and n["resource_type"] in ("model", "seed", "snapshot")
            ),
            None,
        )

    def upstream(self, unique_id: str) -> list[str]:
        """Everything the node is computed from, itself excluded, nearest first."""
        found: list[str] = []
        wave = [unique_id]
        while wave:
            parents = sorted({p for child in wave for p in self.parents(child)} - {*found, unique_id})
            found += parents
            wave = parents
        return found

    def parents(self, unique_id: str) -> list[str]:
        """What the node reads itself."""
        node = self.manifest.get("nodes", {}).get(unique_id)
        return list((node or {}).get("depends_on", {}).get("nodes", []))

    def columns(self, unique_id: str) -> dict[str, Mapping]:
        """The described columns of the node, by name."""
        return dict(self.node(unique_id).get("columns") or {})

    def theme(self, indicator: Indicator) -> str:
        """The theme of an indicator: the folder of its model; empty where it lies in none."""
        folders = self.node(indicator.node)["fqn"][2:-1]
        return folders[0] if folders else ""

    def prose(self, indicator: Indicator) -> Text | None:
        """The doc block of an indicator: French, a line `--- en ---`, English. It bears the name given by `doc`,
        or the indicator's own; None if there is no block of that name.
        """
        for unique_id, block in self.manifest.get("docs", {}).items():
            if unique_id.split(".")[-1] == (indicator.doc or indicator.name):
                french, mark, english = _split(block["block_contents"])
                if not mark:
                    raise VigieError(f"The doc block {unique_id} has no line `--- en ---` before its English text.")
                return Text(fr=french, en=english)
        if indicator.doc:
            raise VigieError(f"{indicator.name}: its doc block '{indicator.doc}' does not exist.")
        return None

    def constraints(self, unique_id: str) -> dict[str, dict]:
        """Table Schema constraints that dbt's tests on the node guarantee: `required` and `enum` per column."""
        found: dict[str, dict] = {}
        for node in self.manifest.get("nodes", {}).values():
            if node["resource_type"] != "test" or node.get("attached_node") != unique_id:
                continue
            test = node.get("test_metadata") or {}
            column = node.get("column_name")
            config = node.get("config") or {}
            # A test on some rows only, or that merely warns, guarantees nothing of the file.
            if not column or config.get("where") or str(config.get("severity") or "error").lower() == "warn":
                continue
            if test.get("name") == "not_null":
                found.setdefault(column, {})["required"] = True
            elif test.get("name") == "accepted_values":
                kwargs = test.get("kwargs", {})
                values = kwargs.get("values") or (kwargs.get("arguments") or {}).get("values")
                if values:
                    found.setdefault(column, {})["enum"] = list(values)
        return found


def relation_of(node: Mapping) -> str:
    """The quoted name of the table or view of a node."""
    return f"{quoted(node['schema'])}.{quoted(node.get('alias') or node['name'])}"


def is_feed(source: Mapping | None) -> bool:
    """Whether a source of the manifest is a feed: it has a contract, others are what Vigie keeps about itself."""
    return bool(source) and "contract" in ((source.get("config") or {}).get("meta") or {})


def _split(text: str) -> tuple[str, bool, str]:
    parts = LANGUAGE_MARK.split(text, maxsplit=1)
    return (parts[0].strip(), True, parts[1].strip()) if len(parts) == 2 else (text.strip(), False, "")


def read_declarations(manifest_path: Path) -> Declarations:
    """Read dbt's manifest. Raises VigieError when it is absent, unreadable, or declares something wrong."""
    try:
        manifest = json.loads(Path(manifest_path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise VigieError(f"dbt's manifest cannot be read at {manifest_path}. Run `vigie build` first.") from error
    declarations = Declarations(manifest)
    declarations.validate()
    return declarations
