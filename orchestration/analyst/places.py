"""Where an error lies in what the analyst wrote: `models/…/x.sql:LINE: message`, never a line of the compiled SQL."""

import difflib
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb
import jinja2
from jinja2 import meta, nodes

from orchestration.errors import VigieError
from orchestration.gate.building import told_of_engine
from orchestration.home import PROJECT

FILE = re.compile(r"\(((?:models|macros|seeds|tests)/[^)\s]+)\)")
CALLED = re.compile(r"^\s*> (?:in|called by) (\w+) (\w+)", re.MULTILINE)
DECLARATION = re.compile(r"Declaration of \w+, key '([\w.]+)': (.*)", re.DOTALL)
UNDEFINED = re.compile(r"'(\w+)' is undefined")
NOT_FOUND = re.compile(r"depends on (?:a node|doc|a source) (?:named )?'(\w+)'")
#: How dbt names what an undefined name gave when it was handed on.
HANDED_ON = "jinja_pass_arg"
MARK = re.compile(r"/\*@(\d+)\*/")


def error_at(file: str, line: int | None, message: str) -> VigieError:
    """The error as the user sees it: file and line, the message, the line itself."""
    message = message.strip()
    if line is None:
        return VigieError(f"{file}: {message}")
    written = _lines(file)
    shown = f"\n  {line} | {written[line - 1].strip()}" if line <= len(written) and written[line - 1].strip() else ""
    return VigieError(f"{file}:{line}: {message}{shown}")


@contextmanager
def explained(manifest: Mapping[str, Any]) -> Iterator[None]:
    """Make of what dbt, or the look at the declarations, raises a VigieError that says file and line."""
    from dbt_common.exceptions import DbtBaseException

    try:
        yield
    except DbtBaseException as error:
        raise _of_dbt(error) from error
    except VigieError as error:
        raise _of_declaration(error, manifest) from error


def _of_dbt(error: BaseException) -> VigieError:
    text = str(error)
    if yaml := re.search(
        r"Error reading \w+: (\S+) - .*?near line (\d+).*?Raw Error:\s*-+\s*(.*?)(?:\n|$)", text, re.S
    ):
        return error_at(f"models/{yaml[1]}", int(yaml[2]), yaml[3])
    if missing := re.search(r"Documentation for '\w+\.\w+\.(\w+)' depends on doc '(\w+)'", text):
        return _missing_text(*missing.groups())
    if "close tag for docs" in text:
        return _open_text(text)
    found = FILE.search(text)
    if not found:
        return _by_its_words(text)
    file = found[1]
    called = [name for kind, name in CALLED.findall(text) if kind == "macro"]
    message = " ".join(text[found.end() :].split("> in macro")[0].split("> called by")[0].split())
    numbered = re.search(r"^\s*line (\d+)\s*$", text[found.end() :], re.MULTILINE)
    if numbered:
        said = text[found.end() : found.end() + numbered.start()]
        return error_at(file, int(numbered[1]), " ".join(said.split()))
    return _in_template(file, message, called, _frame(error))


def _frame(error: BaseException | None) -> int | None:
    """The line of the file itself among those that Jinja was at, when the error still knows it."""
    while error is not None:
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename == "<template>" and frame.name == "top-level template code":
                return frame.lineno
        error = error.__cause__ or error.__context__
    return None


def _in_template(file: str, message: str, called: list[str], frame: int | None) -> VigieError:
    """An error that arose while Jinja was making the SQL of a file; `called` are the macros in which it was, innermost
    first."""
    if declared := DECLARATION.search(message):
        return error_at(file, _line_of_key(file, *declared.groups()) or frame, message)
    unknown = _unknown_names(file)
    named = UNDEFINED.search(message) or NOT_FOUND.search(message)
    if named and named[1] in unknown:
        return error_at(file, unknown[named[1]], _no_such_name(named[1]))
    if unknown and (HANDED_ON in message or named):
        name = min(unknown, key=lambda each: unknown[each])
        return error_at(file, unknown[name], _no_such_name(name))
    if named and (line := line_with(file, rf"['\"]{named[1]}['\"]")):
        return error_at(file, line, f"the project has no model, seed or source '{named[1]}'")
    message = message.replace("dbt_macro__", "")
    within = f" (in the macro {called[0]})" if called else ""
    outermost = called[-1] if called else ""
    line = frame or (line_with(file, rf"\b{outermost}\(") if outermost else None)
    return error_at(file, line, message + within)


def _no_such_name(name: str) -> str:
    close = difflib.get_close_matches(name, sorted(_macros()), n=1)
    return f"there is no macro or variable '{name}'" + (f"; did you mean '{close[0]}'?" if close else "")


def _missing_text(model: str, doc: str) -> VigieError:
    declared = PROJECT / "models" / "marts" / "_indicators.yml"
    file = str(declared.relative_to(PROJECT))
    message = f"there is no text named '{doc}': write `{{% docs {doc} %}}` in {model}.md beside the indicator's file"
    return error_at(file, line_with(file, rf"doc\(['\"]{doc}['\"]\)"), message)


def _open_text(text: str) -> VigieError:
    """A doc block without its end: dbt does not say of which file."""
    for path in sorted((PROJECT / "models").rglob("*.md")):
        written = path.read_text(encoding="utf-8")
        if len(re.findall(r"\{% docs \w+ %\}", written)) > written.count("{% enddocs %}"):
            file = str(path.relative_to(PROJECT))
            return error_at(file, line_with(file, r"\{% docs"), "this text has no end: close it with {% enddocs %}")
    return VigieError(text)


def _by_its_words(text: str) -> VigieError:
    """An error of which dbt quotes the line without its file, as of a macro."""
    quote = re.search(r"^\s*line \d+\s*\n\s*(\S.*)$", text, re.MULTILINE)
    said = " ".join(re.sub(r"^\w+ Error\s*", "", text).split("\n    line ")[0].split())
    for folder in ("macros", "models", "tests") if quote else ():
        for path in sorted((PROJECT / folder).rglob("*.sql")):
            file = str(path.relative_to(PROJECT))
            if line := line_with(file, rf"^\s*{re.escape(quote[1].strip())}\s*$"):
                return error_at(file, line, said)
    return VigieError(text)


def _of_declaration(error: VigieError, manifest: Mapping[str, Any]) -> VigieError:
    """A declaration that the release would refuse: at the line of what it names, or where the declaration begins."""
    text = str(error)
    if re.match(r"\S+\.\w+:\d+: ", text):
        return error
    words = re.findall(r"\w+", text)
    owners = {node["name"]: node for node in manifest.get("nodes", {}).values() if node["resource_type"] == "model"}
    owner = next((owners[word] for word in words if word in owners), None)
    if owner is None:
        return error
    file = owner["original_file_path"]
    quoted = [line_with(file, rf"['\"]{re.escape(name)}['\"]") for name in re.findall(r"'([^']+)'", text)]
    line = next(filter(None, quoted), None) or line_with(file, r"['\"]open_data['\"]") or 1
    return error_at(file, line, text)


def place_of(sql: Callable[[], str], file: str, error: duckdb.Error, lines_before: int = 0) -> VigieError:
    """Where DuckDB's error lies in the file of which it refuses the SQL.

    `sql` gives that SQL with the marks of `marked`; `lines_before` were sent before its first line.
    """
    said = str(error)
    if told_of_engine(said) != said:
        # It quotes a value, which may be what somebody delivered.
        return error_at(file, None, told_of_engine(said))
    message = " ".join(said.split("\n\nLINE ")[0].split())
    found = re.search(r"^LINE (\d+):", said, re.MULTILINE)
    if not found:
        return error_at(file, None, message)
    line, made = line_in(sql(), int(found[1]) - lines_before)
    if not made:
        return error_at(file, line, message)
    first, macro, last = call_at(file, line)
    # What is wrong may have been handed to the macro on one of the lines of its call.
    names = re.findall(r'"(\w+)"', message.split("Candidate")[0])
    handed = [
        number
        for name in names
        for number in range(first, last + 1)
        if re.search(rf"\b{re.escape(name)}\b", _lines(file)[number - 1])
    ]
    within = f" (in what {macro} of {_macros()[macro]} makes here)" if macro in _macros() else " (in what is made here)"
    return error_at(file, handed[0] if handed else first, message + within)


def marked(raw: str) -> str:
    """The text of a model with a comment at the end of each line, `/*@LINE*/`, that stays in the compiled SQL; none
    inside of what Jinja reads."""
    ends: set[int] = set()
    for number, kind, value in jinja2.Environment().lex(raw):
        if kind == "data":
            ends.update(range(number, number + value.count("\n")))
    lines = raw.split("\n")
    return "\n".join(f"{line}/*@{n}*/" if n in ends else line for n, line in enumerate(lines, 1))


def line_in(sql: str, number: int) -> tuple[int, bool]:
    """The line of the file from which line `number` of its marked SQL comes, and whether a macro made it: then it is
    the line on which Jinja began."""
    lines = sql.split("\n")
    own = MARK.findall(lines[number - 1]) if number <= len(lines) else []
    before = [int(mark) for line in lines[: number - 1] for mark in MARK.findall(line)]
    line = before[-1] + 1 if before else 1
    if own and int(own[-1]) == line:
        return line, False
    after = next((int(mark) for rest in lines[number - 1 :] for mark in MARK.findall(rest)), None)
    # After the last mark comes the last line of the file, which has no end.
    return line, after is not None or number < len(lines)


def call_at(file: str, line: int) -> tuple[int, str, int]:
    """The call of a macro in an expression at or after a line: its line, the name, the last line of the expression."""
    for number, written in enumerate(_lines(file)[line - 1 :], line):
        if opened := re.search(r"\{\{-?\s*(\w+)?", written):
            rest = _lines(file)[number - 1 :]
            last = next((n for n, text in enumerate(rest, number) if "}}" in text), number)
            return number, opened[1] or "", last
    return line, "", line


def _line_of_key(file: str, key: str, problem: str) -> int | None:
    """The line of a key of a declaration; when it is missing, of the one that it should be in."""
    value = re.search(r"(?:value |^)'([^']+)'", problem)
    begin = line_with(file, r"\{%-?\s*set indicator\b") or 1
    if value and "is missing" not in problem and (line := line_with(file, rf"['\"]{re.escape(value[1])}['\"]")):
        return line
    names = [name for name in key.split(".") if name not in ("indicator", "dataset")]
    names = names[:-1] if problem.startswith("is missing") else names
    return next(filter(None, (line_with(file, rf"['\"]{name}['\"]\s*:") for name in reversed(names))), None) or begin


def _unknown_names(file: str) -> dict[str, int]:
    """The names that Jinja does not know in a file of the project, with the line of each."""
    from dbt.context.providers import ModelContext

    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    try:
        tree = environment.parse("\n".join(_lines(file)))
    except jinja2.TemplateSyntaxError:
        return {}
    known = set(_macros()) | set(ModelContext._context_members_) | set(environment.globals) | {"dbt"}
    unknown = meta.find_undeclared_variables(tree) - known
    return {node.name: node.lineno for node in reversed([*tree.find_all(nodes.Name)]) if node.name in unknown}


@cache
def _macros() -> dict[str, str]:
    """The macros of the project by name, with the file of each."""
    return {
        name: str(path.relative_to(PROJECT))
        for path in sorted((PROJECT / "macros").rglob("*.sql"))
        for name in re.findall(r"\{%-?\s*macro (\w+)\(", path.read_text(encoding="utf-8"))
    }


def line_with(file: str, pattern: str) -> int | None:
    """The first line of a file of the project in which a pattern is found."""
    return next((n for n, line in enumerate(_lines(file), 1) if re.search(pattern, line)), None)


def _lines(file: str) -> list[str]:
    path = PROJECT / file
    return path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
