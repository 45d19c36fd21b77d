"""Looking for what is wrong, and what follows from it: the register, and the messages that tell of it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from orchestration.home import Home
from orchestration.incidents.findings import Finding
from orchestration.incidents.gathering import gather, overdue
from orchestration.incidents.messages import tell
from orchestration.incidents.register import Changes, take_in
from orchestration.release import latest_release


def look(home: Home, day: dt.date, *, late: Iterable[Finding] | None = None) -> Changes:
    """Bring the register up to date with what is wrong on `day`, and send what is due; what has changed. `late` is as
    `gather` takes it, by default the feeds that are overdue.

    To be called under the lock of the home.
    """
    shown = latest_release(home.releases)
    late = overdue(home, day) if late is None else late
    changes = take_in(home, gather(home, day, late=late), day, shown.name if shown else None)
    return replace(changes, untold=tell(home, day))
