"""The day on the clock, in Paris: there days of receipt begin, wherever the machine stands."""

import datetime as dt
from zoneinfo import ZoneInfo

TIMEZONE = "Europe/Paris"


def today() -> dt.date:
    """The present day. A run asks once, when it starts: one that crosses midnight keeps its day."""
    return dt.datetime.now(ZoneInfo(TIMEZONE)).date()
