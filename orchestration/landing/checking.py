"""The SQL that a contract amounts to: which rule a row breaks first, and the typed rows.

One query serves every feed and format. Its stages: `delivered` has the columns as they came (text, or the
type of the Parquet file), `typed` has them in the types of the lake, `verdict` adds `broken`, the number of
the first broken rule (NULL for an acceptable row). Rules come in column order, then the rules of the table.

Identifiers leave the queries as the lower half of their MD5, which no one may see: the caller turns these numbers into
keys (`keys.py`). What the quarantine keeps of a row is the rule, the place and a value too short to identify anyone.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from orchestration.errors import VigieError
from orchestration.landing.contract import Column, ColumnContract, Contract, seed_path

TEXT = "VARCHAR"

#: An offending value is kept for the person who mends the feed, cut to this many characters ...
VALUE_LENGTH = 100

#: ... and only when it has fewer letters and digits than the shortest identifier, and not the form of one.
IDENTIFYING_LENGTH = 8

#: No date of any contract lies outside: those that do are mistakes, and the arithmetic on days breaks on them.
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)

_INTEGER_SOURCE = r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)"
_NUMBER_SOURCE = rf"{_INTEGER_SOURCE}|FLOAT|DOUBLE|DECIMAL\(\d+,\s*\d+\)"

#: Types of a Parquet column that may hold a contract type. A value must still cast exactly, and back.
_SOURCES = {
    "key64": r"VARCHAR|ENUM\(.*\)",
    "string": r"VARCHAR|ENUM\(.*\)",
    "integer": rf"VARCHAR|ENUM\(.*\)|{_NUMBER_SOURCE}",
    "decimal": rf"VARCHAR|ENUM\(.*\)|{_NUMBER_SOURCE}",
    "timestamp": r"VARCHAR|ENUM\(.*\)|TIMESTAMP(_S|_MS|_NS)?",
    "date": r"VARCHAR|ENUM\(.*\)|DATE|TIMESTAMP(_S|_MS|_NS)?",
}


class _Test(NamedTuple):
    """A rule of the contract: `fails` is true for a row that breaks it."""

    rule: str
    column: str
    fails: str


def quoted(name: str) -> str:
    """The SQL identifier for a column or relation name."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """The SQL string literal for a text."""
    return "'" + str(text).replace("'", "''") + "'"


def holds(column: Column, source_type: str) -> bool:
    """Whether a Parquet column of the DuckDB type `source_type` may deliver `column`."""
    return re.fullmatch(_SOURCES[column.contract.type], source_type) is not None


@dataclass(frozen=True)
class Check:
    """The check of one delivered file: its contract, its day of receipt, its key and its column types.

    `types` gives, per column, the DuckDB type it was delivered in (absent: text, as in a CSV file), `arrival` is the
    number of the delivery in the order of arrival, `identifiers` the patterns of identifiers in every feed. `known_on`
    is the day from which its rows are known, by default that of receipt: a retention goes by it. The relation given to
    the queries has the delivered columns and `line`.
    """

    contract: Contract
    received_on: datetime.date
    delivery: int
    types: Mapping[str, str]
    arrival: int = 0
    identifiers: tuple[str, ...] = ()
    known_on: datetime.date | None = None

    def verdicts(self, relation: str) -> str:
        """Every row of `relation`, typed, in the columns of the lake, and `broken`."""
        return f"{self._stages(relation)}select {self._lake_columns()}, broken from verdict"

    def rejected(self, relation: str, file: str) -> str:
        """The rows of `relation` that break a rule, in the columns of the quarantine."""
        tests = self._tests()
        rules = ", ".join(literal(test.rule) for test in tests)
        columns = ", ".join(literal(test.column) for test in tests)
        tested = [c for c in self.contract.columns if any(test.column == c.name for test in tests)]
        texts = " ".join(f"when {literal(c.name)} then {_as_sent(c)}::varchar" for c in tested)
        keys = ", ".join(literal(c.name) for c in tested if c.contract.type == "key64")
        is_key = f'"column_name" in ({keys})' if keys else "false"
        # One text is chosen before its form is looked at: the query would grow with each column and pattern otherwise.
        return f"""{self._stages(relation)},
            named as (
                select *, ([{rules}])[broken] as "rule", ([{columns}])[broken] as "column_name"
                from verdict where broken is not null
            ),
            chosen as materialized (
                select *, {f'case "column_name" {texts} end' if texts else "null"}::varchar as "text chosen"
                from named
            )
            select
                {self.delivery}::ubigint as delivery,
                {literal(file)}::varchar as file,
                line::integer as line,
                "rule",
                "column_name",
                (case
                    when {is_key} then case when "text chosen" is not null then '(key)' end
                    else {shown('"text chosen"', self.identifiers)}
                end)::varchar as "value",
                {self._persons()} as person_keys
            from chosen"""

    def _persons(self) -> str:
        """The MD5 numbers of all that may be a person's pseudonym in a row, whatever column it stands in."""
        person = self.contract.person
        if person is None:
            return "[]::ubigint[]"
        found = f"[{_as_sent(person)}]"
        if person.contract.pattern is not None:
            # All of the row at once: a line end stands in no pseudonym.
            texts = ", ".join(f"{_as_sent(column)}::varchar" for column in self.contract.columns)
            found = f"{found} || {pseudonyms(f'concat_ws(chr(10), {texts})', person.contract.pattern)}"
        return persons(found)

    def _stages(self, relation: str) -> str:
        columns = self.contract.columns
        delivered = ", ".join(f"{self._delivered(c)} as {_as_sent(c)}" for c in columns)
        typed = ", ".join(f"{self._typed(c)} as {quoted(c.name)}" for c in columns)
        tests = self._tests()
        broken = " ".join(f"when {test.fails} then {number}" for number, test in enumerate(tests, start=1))
        verdict = f"case {broken} end" if tests else "null"
        days = f"date '{self.received_on}' as received_on, date '{self.known_on or self.received_on}' as \"known on\""
        seeds = "".join(
            f"{quoted(name)} as (from read_csv({literal(seed_path(name))}, header = true, all_varchar = true)), "
            for name in self.contract.table.referentials
        )
        return f"""
            with {seeds}delivered as (select line, {delivered} from {relation}),
            typed as (select *, {typed}, {days} from delivered),
            verdict as (select *, ({verdict})::usmallint as broken from typed)
            """

    def _lake_columns(self) -> str:
        names = ", ".join(quoted(column.name) for column in self.contract.columns)
        place = f"{self.delivery}::ubigint as delivery, line::integer as line, {self.arrival}::bigint as arrival"
        return f"{names}, {place}"

    def _source_type(self, column: Column) -> str:
        source_type = self.types.get(column.name, TEXT)
        return TEXT if source_type.startswith("ENUM") else source_type

    def _delivered(self, column: Column) -> str:
        if self._source_type(column) == TEXT:
            return f"nullif({quoted(column.name)}::varchar, '')"
        return quoted(column.name)

    def _typed(self, column: Column) -> str:
        sent, kind = _as_sent(column), column.contract.type
        if self._source_type(column) != TEXT:
            return f"try_cast({sent} as {column.data_type})"
        if kind == "key64":
            return f"md5_number_lower({sent})"
        if kind == "string":
            return sent
        if kind == "timestamp":
            return f"case when length({sent}) in (16, 19) then try_cast({sent} as timestamp) end"
        if kind == "date":
            return f"case when length({sent}) = 10 then try_cast({sent} as date) end"
        if kind == "decimal":
            pattern = _decimal_pattern(column.data_type)
            return f"case when regexp_full_match({sent}, '{pattern}') then try_cast({sent} as {column.data_type}) end"
        return f"try_cast({sent} as {column.data_type})"

    def _tests(self) -> list[_Test]:
        tests = [test for column in self.contract.columns for test in self._column_tests(column)]
        tests += [_Test(r.name, r.column, f"not ({r.sql})") for r in self.contract.table.every_rule]
        return tests

    def _column_tests(self, column: Column) -> list[_Test]:
        name, sent, terms = quoted(column.name), _as_sent(column), column.contract
        tests = []
        if terms.required:
            tests.append(_Test("required", column.name, f"{sent} is null"))
        mistyped = self._mistyped(column)
        if mistyped:
            tests.append(_Test("type", column.name, mistyped))
        if terms.vocabulary:
            known = ", ".join(_code(value) for value in terms.vocabulary)
            subject = name if terms.type == "integer" else sent
            tests.append(_Test("values", column.name, f"{subject} not in ({known})"))
            if out_of_use := _out_of_use(terms):
                tests.append(_Test("dated_values", column.name, f"case {subject} {out_of_use} end"))
        if terms.pattern is not None:
            tests.append(_Test("pattern", column.name, f"not regexp_full_match({sent}, {literal(terms.pattern)})"))
        if terms.min is not None:
            tests.append(_Test("min", column.name, f"{name} < {_bound(column, terms.min)}"))
        if terms.max is not None:
            tests.append(_Test("max", column.name, f"{name} > {_bound(column, terms.max)}"))
        if terms.type in ("timestamp", "date"):
            tests.append(_Test("min", column.name, f"{name} < date '{FIRST_DAY}'"))
            tests.append(_Test("max", column.name, f"{name} >= date '{LAST_DAY + datetime.timedelta(1)}'"))
        return tests

    def _mistyped(self, column: Column) -> str | None:
        """The condition of a value that is not exactly of its type; none for text, which always is.

        DuckDB reads '12.0', ' 12' and '0x0C' as 12 and '2020-1-1' as a date, so a value is what it says
        only when it is written back as it came.
        """
        name, sent, kind = quoted(column.name), _as_sent(column), column.contract.type
        source_type = self._source_type(column)
        finite = f" or not isfinite({name})" if column.data_type in ("double", "timestamp", "date") else ""
        if kind in ("key64", "string"):
            return None
        if source_type != TEXT:
            inexact = f"try_cast({name} as {source_type}) is distinct from {sent}"
            return inexact + finite
        if kind == "timestamp":
            seconds = f"replace({sent}, 'T', ' ') || case when length({sent}) = 16 then ':00' else '' end"
            return f"{name}::varchar is distinct from {seconds}"
        if kind == "decimal":
            return f"({sent} is not null and {name} is null){finite}"
        return f"{name}::varchar is distinct from {sent}"


def shown(text: str, identifiers: tuple[str, ...]) -> str:
    """SQL: what the quarantine keeps of a text (an expression): itself, or its length where it might identify someone.

    `identifiers` are the patterns of identifiers. Signs around a text do not hide its form, nor do capital letters.
    """
    bare = f"regexp_replace({text}, '^[^\\pL\\pN]+|[^\\pL\\pN]+$', '', 'g')"
    forms = [
        f"regexp_full_match({form}, {literal(pattern)})" for pattern in identifiers for form in (bare, f"lower({bare})")
    ]
    letters = f"length(regexp_replace({text}, '[^\\pL\\pN]', '', 'g')) >= {IDENTIFYING_LENGTH}"
    return (
        f"case when {' or '.join([letters, *forms])} then '(withheld, ' || length({text}) || ' characters)'"
        f" else left({text}, {VALUE_LENGTH}) end"
    )


def pseudonyms(text: str, pattern: str) -> str:
    """SQL: the list of what has the form of a pseudonym in a text, also in capital letters and amid other signs."""
    whole = literal(f"\\b(?:{pattern})\\b")
    return f"coalesce(regexp_extract_all({text}, {whole}) || regexp_extract_all(lower({text}), {whole}), [])"


def persons(texts: str) -> str:
    """SQL: the MD5 numbers of a list of texts, each once, in order."""
    known = f"list_filter({texts}, lambda text: text is not null)"
    return f"list_sort(list_distinct(list_transform({known}, lambda text: md5_number_lower(text))))::ubigint[]"


def raise_on_bad_sql(contract: Contract, error: Exception) -> None:
    """Turn a DuckDB error met on no rows at all into one that names the contract."""
    said = str(error).splitlines()[0]
    raise VigieError(
        f"{contract.source}: feed {contract.feed}: a rule or pattern of the contract is not valid SQL: {said}"
    ) from error


def _as_sent(column: Column) -> str:
    return quoted(f"{column.name} as sent")


def _decimal_pattern(data_type: str) -> str:
    """Digits that the type holds without rounding: any for a double, no more decimals than the scale else."""
    if data_type == "double":
        return "-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?"
    scale = int(data_type.rstrip(")").split(",")[1])
    return f"-?[0-9]+([.][0-9]{{1,{scale}}})?" if scale else "-?[0-9]+"


def _code(value: int | str) -> str:
    return literal(value) if isinstance(value, str) else str(value)


def _out_of_use(terms: ColumnContract) -> str:
    """The branches of a case over the codes of a dated vocabulary, true on the days on which a code is not in use."""
    branches = []
    for value, span in (terms.dated_values or {}).items():
        day = f"{quoted(terms.dated_by)}::date"
        outside = [f"{day} < date '{span.first}'"] if span.first else []
        outside += [f"{day} > date '{span.until}'"] if span.until else []
        if outside:
            branches.append(f"when {_code(value)} then {' or '.join(outside)}")
    return " ".join(branches)


def _bound(column: Column, value: object) -> str:
    if column.contract.type in ("timestamp", "date"):
        return f"{column.data_type} {literal(value)}"
    return str(value)
