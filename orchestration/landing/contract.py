"""The contract of a feed, read from the dbt source declaration that carries it.

A feed is a source table with a `config.meta.contract`; its columns with a `config.meta.contract` are those
that a producer delivers. Everything else in the file belongs to dbt, which validates it; the contract blocks
are ours, so they are validated here, strictly: a misspelt key would silently switch a rule off.
"""

import codecs
import datetime
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from orchestration.errors import VigieError
from orchestration.landing.form import FeedForm, FieldForm
from orchestration.storage import stamp

Terms = TypeVar("Terms", bound=BaseModel)

PROJECT = Path(__file__).resolve().parents[2]
STAGING = PROJECT / "models" / "staging"

#: Columns that landing adds to every feed; no contract may declare them as delivered.
LAKE_COLUMNS = ("delivery", "line", "arrival", "received_on")

_INTEGERS = r"u?(tinyint|smallint|integer|bigint)"
_DATA_TYPES = {
    "key64": r"ubigint",
    "integer": _INTEGERS,
    "decimal": r"double|decimal\(\d{1,2},\s?\d{1,2}\)",
    "string": r"varchar",
    "timestamp": r"timestamp",
    "date": r"date",
}
_ORDERED = ("integer", "decimal", "timestamp", "date")


def seed_path(name: str) -> Path:
    """The file of a seed with places."""
    return PROJECT / "seeds" / "referential" / f"{name}.csv"


class Span(BaseModel):
    """The days on which a code is in use, `from` and `until` included; without one it is open on that side."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: datetime.date | None = Field(default=None, alias="from")
    until: datetime.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first and self.until and self.first > self.until:
            raise ValueError(f"a code in use from {self.first} cannot end on {self.until}")
        return self


class ColumnContract(BaseModel):
    """What a delivered value must satisfy; `min` and `max` are inclusive, `pattern` matches the whole text.

    A vocabulary is a list of `values`, or `dated_values` where codes come and go: each code with the days on which it
    is in use. The day is that of the column `dated_by`: a date of the row, so that what is sent late or once more is
    read as it was meant, or `received_on`.

    A column that came `since` a version of the contract may be absent: files of before are read as if it were empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["key64", "integer", "decimal", "string", "timestamp", "date"]
    required: StrictBool = False
    since: StrictInt | None = Field(default=None, ge=2)
    values: tuple[StrictInt | StrictStr, ...] | None = Field(default=None, min_length=1)
    dated_values: dict[StrictInt | StrictStr, Span] | None = Field(default=None, min_length=1)
    dated_by: StrictStr | None = None
    pattern: StrictStr | None = None
    min: StrictInt | StrictFloat | StrictStr | datetime.date | None = None
    max: StrictInt | StrictFloat | StrictStr | datetime.date | None = None

    @model_validator(mode="after")
    def _fit_the_type(self) -> Self:
        if self.type in ("string", "key64"):
            if self.min is not None or self.max is not None:
                raise ValueError(f"min and max have no meaning for type {self.type}")
            if any(not isinstance(value, str) for value in self.vocabulary):
                raise ValueError("the values of a text column must be text: put them in quotes")
        elif self.pattern is not None:
            raise ValueError(f"pattern has no meaning for type {self.type}")
        elif self.vocabulary and self.type != "integer":
            raise ValueError(f"values has no meaning for type {self.type}")
        elif any(not isinstance(value, int) for value in self.vocabulary):
            raise ValueError("the values of an integer column must be integers")
        if self.values and self.dated_values:
            raise ValueError("values and dated_values are two vocabularies: keep one of them")
        if (self.dated_values is None) != (self.dated_by is None):
            raise ValueError("dated_values and dated_by go together: the codes, and the column of their day")
        if self.since and self.required:
            raise ValueError("since is of a column that files of before do not have: it cannot be required")
        for bound in (self.min, self.max):
            self._fit_bound(bound)
        return self

    @property
    def vocabulary(self) -> tuple[int | str, ...]:
        """Every code that the column may hold on some day; empty when it has no vocabulary."""
        return self.values or tuple(self.dated_values or ())

    def _fit_bound(self, bound: object) -> None:
        if bound is None or self.type not in _ORDERED:
            return
        if self.type == "integer" and not isinstance(bound, int):
            raise ValueError("min and max of an integer column must be integers")
        if self.type == "decimal" and not isinstance(bound, int | float):
            raise ValueError("min and max of a decimal column must be numbers")
        if self.type in ("timestamp", "date"):
            if not isinstance(bound, str | datetime.date):
                raise ValueError(f"min and max of a {self.type} column must be ISO dates")
            datetime.datetime.fromisoformat(str(bound))


class Rule(BaseModel):
    """A SQL condition over the typed columns and `received_on`; a row breaks it when it is false.

    `fr` says to a sender what is expected.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    column: str
    sql: str = Field(min_length=1)
    fr: StrictStr = ""


class Retention(BaseModel):
    """How long rows of persons are kept: `days` after their receipt, then only what was counted of them stays.

    `column` is the day that a row is about and `history` the days before it that counting looks back on. What arrives
    so late that rows it rests on may be gone cannot be counted rightly any more and is quarantined; what is checked
    again arrives on the day of that.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: StrictInt = Field(ge=1)
    column: str
    history: StrictInt = Field(ge=0)

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        if self.days <= self.history:
            raise ValueError(f"{self.days} days are not more than the {self.history} days that counting looks back on")
        return self

    @property
    def rule(self) -> Rule:
        """The rule that a row in time satisfies."""
        sql = f'{self.column}::date >= "known on" - {self.days - self.history}'
        return Rule(name="arrived_too_late", column=self.column, sql=sql)


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Delivery(BaseModel):
    """When files of a feed are expected: until `by` (HH:MM, Paris), one at least every so many days.

    `weekdays` are those on which the producer delivers, by default all; one that rests on public `holidays` says false.
    A day that brings less than `usual_share` of the rows that the same weekday usually does is told.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: StrictStr = Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    every: StrictInt = Field(default=1, ge=1)
    weekdays: tuple[Literal[WEEKDAYS], ...] = Field(default=WEEKDAYS, min_length=1)
    holidays: StrictBool = True
    usual_share: StrictFloat = Field(default=0.5, ge=0, le=1)

    @property
    def hour(self) -> datetime.time:
        """`by` as a time."""
        return datetime.time.fromisoformat(self.by)


class SetRule(BaseModel):
    """A condition on the rows of a file that have the same values of `by`: SQL that aggregates them.

    The file is refused whole when it is false for some of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    by: tuple[StrictStr, ...] = Field(min_length=1)
    sql: str = Field(min_length=1)


class TableContract(BaseModel):
    """What a delivered file must satisfy. `person` names the key64 column that identifies a person.

    `delivery` says when files are expected; without it they come when they come, and their absence says nothing.
    Without `retention` rows are kept for ever. `unique` are the columns that name what a row states: a file that states
    it twice in two ways is refused, and so is one that contradicts another of its day. `restated` is true for a feed of
    which each delivery states anew what holds from its arrival on, so that a content counts again when another one has
    come since; only of such a feed are `sets` asked, conditions on sets of rows of a file that is taken whole. When a
    delivery has a larger share of its rows rejected than `rejected_share`, the figures of the feed are told to be
    partial.

    `referentials` are seeds of the project that rules may read as tables of text, under their names.

    `unterminated` says that the producer writes no line end after the last line of a CSV file; without it such a file
    is taken for a cut one. With `control` a file waits for its control file, and with `settling` until nothing about it
    has changed for so many seconds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: StrictInt = Field(ge=1)
    delivery: Delivery | None = None
    delimiter: StrictStr = Field(default=";", min_length=1, max_length=1)
    encoding: StrictStr = "utf-8"
    formats: tuple[Literal["csv", "csv.gz", "parquet", "geojson", "geojson.gz"], ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()
    referentials: tuple[StrictStr, ...] = ()
    person: StrictStr | None = None
    retention: Retention | None = None
    unique: tuple[StrictStr, ...] = ()
    sets: tuple[SetRule, ...] = ()
    restated: StrictBool = False
    rejected_share: StrictFloat = Field(default=0.2, ge=0, le=1)
    unterminated: StrictBool = False
    control: StrictBool = False
    settling: StrictInt = Field(default=0, ge=0)

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        """The declared rules, and that of the retention."""
        return (*self.rules, self.retention.rule) if self.retention else self.rules

    @model_validator(mode="after")
    def _sets_are_whole(self) -> Self:
        if self.sets and not self.restated:
            # Of a file that is checked again only the rows that do not count yet would be looked at.
            raise ValueError("sets are of files that state anew what holds: they need restated: true")
        return self

    @model_validator(mode="after")
    def _known_referentials(self) -> Self:
        for name in self.referentials:
            if not seed_path(name).is_file():
                raise ValueError(f"there is no seed {name} in {seed_path(name).parent.relative_to(PROJECT)}")
        return self

    @model_validator(mode="after")
    def _known_encoding(self) -> Self:
        try:
            codecs.lookup(self.encoding)
        except LookupError as error:
            raise ValueError(f"encoding {self.encoding} is unknown") from error
        return self


class Column(BaseModel):
    """A delivered column: its name, its DuckDB type in the lake, what values must satisfy, how a form asks for it."""

    model_config = ConfigDict(frozen=True)

    name: str
    data_type: str
    contract: ColumnContract
    form: FieldForm | None = None


class Contract(BaseModel):
    """The contract of one feed; `source` is the file that declares it, for messages."""

    model_config = ConfigDict(frozen=True)

    feed: str
    source: str
    table: TableContract
    columns: tuple[Column, ...]
    form: FeedForm | None = None

    @property
    def names(self) -> list[str]:
        """The delivered columns, in contract order."""
        return [column.name for column in self.columns]

    @property
    def person(self) -> Column | None:
        """The key64 column that identifies a person: the declared one, by default `id_personne`."""
        name = self.table.person or "id_personne"
        return next((c for c in self.columns if c.name == name and c.contract.type == "key64"), None)

    @property
    def keys(self) -> list[Column]:
        """The columns that hold identifiers, of which only keys enter the lake."""
        return [column for column in self.columns if column.contract.type == "key64"]


def identifier_patterns(contracts: Mapping[str, Contract]) -> tuple[str, ...]:
    """The forms that an identifier has in any feed."""
    patterns = {column.contract.pattern for contract in contracts.values() for column in contract.keys}
    return tuple(sorted(pattern for pattern in patterns if pattern))


def read_contracts(models: Path = STAGING) -> dict[str, Contract]:
    """The contracts declared under `models` (files `*/_*__sources.yml`), by feed, in alphabetical order.

    Raises VigieError naming the file and the key when a declaration does not hold.
    """
    contracts: dict[str, Contract] = {}
    for path in sorted(models.glob("*/_*__sources.yml")):
        for contract in _contracts_of(path, stamp(path)):
            if contract.feed in contracts:
                raise VigieError(
                    f"{contract.source}: the feed {contract.feed} is already declared in"
                    f" {contracts[contract.feed].source}; keep one of the two."
                )
            contracts[contract.feed] = contract
    return dict(sorted(contracts.items()))


@lru_cache(maxsize=256)
def _contracts_of(path: Path, _state: tuple[int, ...]) -> tuple[Contract, ...]:
    # A run asks for them a dozen times, and reading YAML is slow; a file that was edited is another one.
    return tuple(_read(path))


def _read(path: Path) -> Iterator[Contract]:
    label = str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise VigieError(f"{label}: not readable as YAML: {error}") from error
    for source in (document or {}).get("sources") or []:
        for table in source.get("tables") or []:
            block = _block(table, "contract")
            if block is not None:
                yield _contract(label, table, block)


def _block(node: dict[str, Any], name: str) -> object:
    return ((node.get("config") or {}).get("meta") or {}).get(name)


def _contract(label: str, table: dict[str, Any], block: object) -> Contract:
    feed = table["name"]
    where = f"{label}: feed {feed}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", feed):
        raise VigieError(f"{where}: the name of a feed is made of a-z, 0-9 and _, and starts with a letter.")
    terms = _validated(TableContract, block, where)
    columns = []
    for declared in table.get("columns") or []:
        name = declared["name"]
        column_block = _block(declared, "contract")
        if column_block is None:
            continue
        at = f"{where}: column {name}"
        if name in LAKE_COLUMNS:
            raise VigieError(f"{at}: added by landing, so it cannot have a contract; remove the contract.")
        if any(column.name == name for column in columns):
            raise VigieError(f"{at}: declared twice; remove one of the two.")
        column_terms = _validated(ColumnContract, column_block, at)
        data_type = str(declared.get("data_type", "")).lower()
        if not re.fullmatch(_DATA_TYPES[column_terms.type], data_type):
            raise VigieError(
                f"{at}: data_type {data_type or '(none)'} cannot hold the contract type {column_terms.type};"
                f" expected {_DATA_TYPES[column_terms.type]}."
            )
        asked = _block(declared, "form")
        asked = _validated(FieldForm, asked, at, "form") if asked is not None else None
        columns.append(Column(name=name, data_type=data_type, contract=column_terms, form=asked))
    if not columns:
        raise VigieError(f"{where}: no column has a config.meta.contract; declare the delivered columns.")
    names = {column.name for column in columns}
    for rule in terms.every_rule:
        if rule.column not in names:
            raise VigieError(f"{where}: rule {rule.name}: {rule.column} is not a delivered column.")
    for name in (*terms.unique, *(name for rule in terms.sets for name in rule.by)):
        if name not in names:
            raise VigieError(f"{where}: unique or sets: {name} is not a delivered column.")
    for column in columns:
        _demand_day(column, columns, where)
    if terms.person is not None and terms.person not in {c.name for c in columns if c.contract.type == "key64"}:
        raise VigieError(f"{where}: person: {terms.person} is not a delivered column of type key64.")
    form = _block(table, "form")
    form = _validated(FeedForm, form, where, "form") if form is not None else None
    _demand_fields(form, columns, where)
    return Contract(feed=feed, source=label, table=terms, columns=tuple(columns), form=form)


def _demand_fields(form: FeedForm | None, columns: list[Column], where: str) -> None:
    """Raise VigieError unless the columns of a feed with a form have a field each, with words for their codes."""
    for column in columns:
        codes = {str(code) for code in column.contract.vocabulary}
        if (column.form is None) != (form is None):
            raise VigieError(
                f"{where}: column {column.name}: form: the table and each of its columns have one, or none."
            )
        if column.form and set(column.form.codes) != codes:
            raise VigieError(f"{where}: column {column.name}: form: codes: expected words for each of its codes.")


def _demand_day(column: Column, columns: list[Column], where: str) -> None:
    """Raise VigieError when the column that dates a vocabulary may be without a day."""
    by = column.contract.dated_by
    days = {c.name for c in columns if c.contract.type in ("date", "timestamp") and c.contract.required}
    if by is not None and by not in days | {"received_on"}:
        raise VigieError(
            f"{where}: column {column.name}: dated_by: {by} is neither received_on nor a required date or timestamp."
        )


def _validated(model: type[Terms], block: object, where: str, name: str = "contract") -> Terms:
    try:
        return model.model_validate(block)
    except ValidationError as error:
        known = ", ".join(model.model_fields)
        messages = []
        for problem in error.errors():
            key = ".".join(str(part) for part in problem["loc"])
            said = problem["msg"].removeprefix("Value error, ")
            if problem["type"] == "extra_forbidden":
                said = f"unknown key (known: {known})" if "." not in key else "unknown key"
            messages.append(f"{name}.{key}: {said}" if key else f"{name}: {said}")
        raise VigieError(f"{where}: " + "; ".join(dict.fromkeys(messages))) from error
