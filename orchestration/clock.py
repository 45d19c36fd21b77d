"""The clock, in Paris: there days of receipt begin, wherever the machine stands."""

import datetime as dt
import os
from zoneinfo import ZoneInfo

TIMEZONE = "Europe/Paris"
ZONE = ZoneInfo(TIMEZONE)
#: For a rehearsal: the moment at which the clock of Vigie stands still, such as 2021-03-10T17:00 (Paris).
STANDS = "VIGIE_NOW"


def now() -> dt.datetime:
    """The present moment, or that of a rehearsal."""
    moment = os.environ.get(STANDS)
    return dt.datetime.fromisoformat(moment).replace(tzinfo=ZONE) if moment else dt.datetime.now(ZONE)


def today() -> dt.date:
    """The present day. A run asks once, when it starts: one that crosses midnight keeps its day."""
    return now().date()
