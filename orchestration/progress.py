"""What a person at a terminal sees of a run: steps with their cost, and the slow ones inside them.

Dagster and dbt write their own logs elsewhere; here nothing is written unless the command line asked for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.status import Status

from orchestration.cost import Meter

# A dbt node faster than this is only counted.
SLOW = 1.0

_console: Console | None = None
_status: Status | None = None


@contextmanager
def shown_on(stream: TextIO) -> Iterator[Console]:
    """Show the progress on the stream: a moving line on a terminal, plain lines elsewhere."""
    global _console
    _console = Console(file=stream, highlight=False, soft_wrap=True)
    try:
        yield _console
    finally:
        _console = None


def line(text: str) -> None:
    """One line that stays."""
    if _console:
        _console.print(text, markup=False)


def now(text: str) -> None:
    """What is going on at this moment; replaced by the next one, and not shown outside of a terminal."""
    if _status:
        _status.update(text)


@contextmanager
def step(name: str, meter: Meter | None = None) -> Iterator[Meter]:
    """A step of the run: announced, then ended with its cost; gives what measures it, which may have begun before."""
    global _status
    meter = meter or Meter()
    if _console is None:
        yield meter
        return
    if _console.is_terminal:
        with _console.status(name) as _status:
            try:
                yield meter
            finally:
                _status = None
    else:
        line(f"{name} …")
        yield meter
    line(f"{name}: done in {meter.read()}")
