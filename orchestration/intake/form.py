"""The form of a feed, as its contract says: fields in its order, one row of a file out, and what is wrong by field.

A row is checked by landing like any file, which says of a row the first rule that it breaks. Where it breaks one, each
answer is tried on a line of its own besides, so that one sees at once all there is to mend.
"""

import csv
import datetime as dt
import hmac
import io
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration import clock
from orchestration.intake.examination import Examiner
from orchestration.intake.senders import Sender
from orchestration.intake.words import Refused, rule_in_words
from orchestration.landing import Contract
from orchestration.landing.contract import Column
from orchestration.landing.trial import Trial

#: The keyboard and the kind of field of each type.
INPUTS = {
    "integer": {"type": "text", "inputmode": "numeric"},
    "decimal": {"type": "text", "inputmode": "decimal"},
    "date": {"type": "date"},
    "timestamp": {"type": "datetime-local"},
    "string": {"type": "text"},
    "key64": {"type": "text"},
}
#: Signs that are not taken for each other on paper; 32, so that each holds five bits.
_SIGNS = "23456789abcdefghijkmnpqrstuvwxyz"
_PROPOSED = re.compile(rf"([{_SIGNS}]{{4}})-([{_SIGNS}]{{4}})-([{_SIGNS}]{{4}})")


@dataclass(frozen=True)
class Field:
    """A field as it is shown: `fixed` when the sender has but one value, else with `choices` (code, words), if any."""

    name: str
    label: str
    hint: str
    value: str
    required: bool
    fixed: bool
    choices: tuple[tuple[str, str], ...]
    attributes: Mapping[str, str]
    error: str = ""


@dataclass(frozen=True)
class Section:
    """Fields under a title; folded ones are opened by who needs them, and when one is wrong."""

    title: str
    folded: bool
    fields: tuple[Field, ...]


def proposals(contract: Contract, sender: Sender, key: str) -> dict[str, str]:
    """What stands in the fields of an empty form; `key` makes numbers of this sender's known again."""
    found = {}
    for column in contract.columns:
        assert column.form
        match column.form.proposed:
            case "now":
                found[column.name] = clock.now().strftime("%Y-%m-%dT%H:%M")
            case "number":
                found[column.name] = new_number(key)
            case _:
                found[column.name] = column.form.default
    return found | owned(contract, sender)


def owned(contract: Contract, sender: Sender) -> dict[str, str]:
    """The columns of which the sender has one value only."""
    return {name: values[0] for name, values in sender.feeds[contract.feed].rows.items() if len(values) == 1}


def new_number(key: str) -> str:
    """A number that nobody else has, fit for paper: eight signs that are drawn and four by which it is known."""
    drawn = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}-{_mac(drawn, key)}"


def is_ours(number: str, key: str) -> bool:
    """Whether it is a number that was proposed here: it may be shown, since nobody has thought of it."""
    found = _PROPOSED.fullmatch(number)
    return bool(found) and hmac.compare_digest(found[3], _mac(found[1] + found[2], key))


def sections(
    contract: Contract, sender: Sender, values: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[Section, ...]:
    """The form with what stands in its fields and what is wrong with them."""
    grouped: list[tuple[str, bool, list[Field]]] = []
    for column in contract.columns:
        assert column.form
        if column.form.section or not grouped:
            grouped.append((column.form.section, column.form.folded, []))
        grouped[-1][2].append(_field(column, contract, sender, values, errors))
    return tuple(
        Section(title, folded and not any(field.error for field in fields), tuple(fields))
        for title, folded, fields in grouped
    )


def _field(
    column: Column, contract: Contract, sender: Sender, values: Mapping[str, str], errors: Mapping[str, str]
) -> Field:
    assert column.form
    theirs = sender.feeds[contract.feed].rows.get(column.name, ())
    codes = theirs or tuple(map(str, column.contract.vocabulary))
    return Field(
        name=column.name,
        label=column.form.label,
        hint=column.form.hint,
        value=values.get(column.name, ""),
        required=column.contract.required,
        fixed=len(theirs) == 1,
        choices=tuple((code, column.form.codes.get(code, code)) for code in codes),
        attributes=INPUTS[column.contract.type],
        error=errors.get(column.name, ""),
    )


def write_row(contract: Contract, values: Mapping[str, str], path: Path) -> None:
    """Write a file of one row; raises Refused when an answer has several lines, which no field of the form gives."""
    _write(contract, [values], path)


def errors_of(
    contract: Contract, values: Mapping[str, str], trial: Trial, examiner: Examiner, day: dt.date, folder: Path
) -> dict[str, str]:
    """What is wrong with a row that landing would not take in, by column, in words."""
    found = {breach.column: breach.rule for breach in trial.breaches}
    found |= {c.name: "required" for c in contract.columns if c.contract.required and not values.get(c.name)}
    given = [c.name for c in contract.columns if values.get(c.name)]
    lenient = contract.model_copy(update={"columns": tuple(map(_optional, contract.columns))})
    file, apart = folder / "answers.csv", folder / "apart"
    apart.mkdir()
    _write(lenient, [{name: values[name]} for name in given], file)
    alone = examiner(file, lenient, day, apart)
    # The header is line 1.
    found |= {given[line - 2]: rule for line, rule, column in alone.lines if column == given[line - 2]}
    return {name: rule_in_words(contract, rule, name) for name, rule in found.items() if name}


def _optional(column: Column) -> Column:
    return column.model_copy(update={"contract": column.contract.model_copy(update={"required": False})})


def _write(contract: Contract, rows: list[Mapping[str, str]], path: Path) -> None:
    if any(set(value) & set("\n\r\0") for row in rows for value in row.values()):
        raise Refused(400, "broken")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(
        text, contract.names, delimiter=contract.table.delimiter, lineterminator="\n", extrasaction="ignore"
    )
    writer.writeheader()
    writer.writerows(rows)
    try:
        path.write_bytes(text.getvalue().encode(contract.table.encoding))
    except UnicodeEncodeError as error:
        raise Refused(400, "broken") from error


def _mac(drawn: str, key: str) -> str:
    return "".join(_SIGNS[byte % 32] for byte in hmac.digest(key.encode(), drawn.encode(), "sha256")[:4])
