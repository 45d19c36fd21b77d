"""Files of official counts that bear the day of their publication in their name."""

import datetime
import re
from pathlib import Path

#: A publication is of use when it may still change the asked days: up to this many days after the last one.
DAYS_AFTER = 10

_DATED = re.compile(r".*_(\d{4}-\d{2}-\d{2})\.csv(\.gz)?")


def dated_files(folder: Path) -> list[tuple[datetime.date, Path]]:
    """The files of `folder` named like `counts_2021-01-20.csv` or `.csv.gz`, by date, then by name."""
    dated = [(match[1], path) for path in sorted(folder.iterdir()) if (match := _DATED.fullmatch(path.name))]
    return sorted((datetime.date.fromisoformat(day), path) for day, path in dated)


def may_change(published: datetime.date, start: datetime.date, end: datetime.date) -> bool:
    """Whether a publication of that day may change what was known of the days `start` to `end`."""
    return start <= published <= end + datetime.timedelta(days=DAYS_AFTER)
