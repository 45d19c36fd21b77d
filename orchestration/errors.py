"""The one error that Vigie shows to its user, and how others are told."""

import traceback
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent


class VigieError(Exception):
    """Something the user can act on: one readable message that says what is wrong and the way out."""


def told(error: BaseException) -> str:
    """An error that was not foreseen, in words: its kind, the reason if it says nothing of data, and where it arose.

    Engines and parsers quote the value on which they failed, so that their words may hold what a producer delivered.
    """
    kind = type(error)
    reason = ""
    if isinstance(error, OSError) and error.strerror:
        reason = f": {error.strerror}"
    elif kind in (RuntimeError, TypeError, AttributeError, NameError, ImportError):
        reason = f": {error}"
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_PROJECT / "orchestration")
    ]
    where = f" ({Path(ours[-1].filename).relative_to(_PROJECT)}, line {ours[-1].lineno})" if ours else ""
    return f"{kind.__name__}{reason}{where}"
