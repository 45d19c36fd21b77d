"""What a step costs: seconds of the clock and of the processors, and memory."""

import re
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

#: What has the kernel begin the high-water mark of this process anew.
_RESET = "5"
_SELF = Path("/proc/self")
_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """What went on between two moments, child processes that have ended (dbt) included.

    `seconds` of the clock; `cpu_seconds` in the program and in the kernel, of all cores; `peak_mib` the most memory
    that one process held at a time (resident, MiB): this one or a child, not their sum. Of children the kernel keeps
    the largest alone, so that a child counts if it held more than every child before it. Where the mark of this
    process cannot be begun anew (anywhere but on Linux), it is that of its life so far.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: int

    def __str__(self) -> str:
        """`3.2 s, 2.9 CPU s, 410 MiB`."""
        return f"{in_words(self.seconds)}, {self.cpu_seconds:.1f} CPU s, {self.peak_mib:,} MiB"


class Meter:
    """Measures from the moment it is made. To make one begins the high-water mark of memory of the process anew, so
    that of two meters side by side only the later one knows its peak."""

    def __init__(self) -> None:
        """Begin."""
        self._clock, self._cpu, self._children = time.monotonic(), _cpu_seconds(), _peak_of_children()
        try:
            (_SELF / "clear_refs").write_text(_RESET)
        except OSError:
            pass

    def read(self) -> Cost:
        """The cost up to now."""
        children = _peak_of_children()
        peak = max(_peak(), children if children > self._children else 0)
        return Cost(
            seconds=round(time.monotonic() - self._clock, 1),
            cpu_seconds=round(_cpu_seconds() - self._cpu, 1),
            peak_mib=round(peak / 2**20),
        )


def in_words(duration: float) -> str:
    """Seconds for a person: `3.2 s`, `1 min 05 s`."""
    if duration < 60:
        return f"{duration:.1f} s"
    return f"{int(duration // 60)} min {int(duration % 60):02d} s"


def _cpu_seconds() -> float:
    """Of this process and of the children that it has waited for, since it began."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak() -> int:
    """Bytes. Not `ru_maxrss` where there is another: that keeps what the process held before it became this program."""
    try:
        return int(re.search(r"VmHWM:\s*(\d+)", (_SELF / "status").read_text())[1]) * 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def _peak_of_children() -> int:
    """Bytes held by the largest child that has ended, and was waited for, since this process began."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _UNIT
