"""What a process cost: time, memory, bytes, from the kernel's own account of it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

from orchestration.errors import VigieError
from orchestration.home import PROJECT

#: Seconds between two looks at the memory of a process.
_LOOK = 0.1


@dataclass(frozen=True)
class Cost:
    """The cost of one process from start to end.

    `seconds` of the clock and `cpu_seconds` of all cores; `peak_bytes` resident. `read_bytes` and `written_bytes` went
    through system calls, caches and spills included; memory-mapped reading, which is that of polars, escapes that
    account. The two `disk_` counts are what reached the device. `failure` is empty when the process ended well.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    read_bytes: int
    written_bytes: int
    disk_read_bytes: int
    disk_written_bytes: int
    failure: str = ""

    def as_json(self) -> dict[str, object]:
        """The fields, times rounded to the millisecond."""
        fields = asdict(self)
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in fields.items()}


def measured(
    command: Sequence[str | Path],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    memory_limit: int | None = None,
    may_fail: bool = False,
) -> Cost:
    """Run a command to its end in a fresh process, its output in `log`.

    A process that holds more than `memory_limit` bytes is killed, so that the machine survives. Raises VigieError with
    the end of the log when the command fails, unless `may_fail`: then the cost up to there is returned with the reason.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=PROJECT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        watch = _Watch(process.pid, memory_limit)
        try:
            # The account of bytes is readable as long as nobody has taken the end of the process.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            watch.stop()
        seconds = time.monotonic() - started
        io = _bytes(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    failure = ""
    if watch.exceeded:
        failure = f"needs more than {memory_limit / 2**30:.3g} GiB of memory"
    elif process.returncode != 0:
        failure = f"ended with code {process.returncode}"
    if failure and not may_fail:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise VigieError(f"`{' '.join(map(str, command))}` {failure}; its output is in {log}:\n{end}")
    return Cost(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=usage.ru_maxrss * 1024,
        read_bytes=io.get("rchar", 0),
        written_bytes=io.get("wchar", 0),
        disk_read_bytes=io.get("read_bytes", 0),
        disk_written_bytes=io.get("write_bytes", 0),
        failure=failure,
    )


class _Watch:
    """Kills a process that outgrows its memory."""

    def __init__(self, pid: int, limit: int | None) -> None:
        self.exceeded = False
        self._ended = Event()
        self._thread = Thread(target=self._look, args=(pid, limit), daemon=True)
        if limit is not None:
            self._thread.start()

    def stop(self) -> None:
        """Look no more; called before the process number is given back, so that no other process is meant."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _look(self, pid: int, limit: int) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._ended.wait(_LOOK):
            # Anonymous memory: pages of mapped files can be given back at any time.
            _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
            if (int(resident) - int(shared)) * page > limit:
                self.exceeded = True
                os.kill(pid, signal.SIGKILL)
                return


def _bytes(pid: int) -> dict[str, int]:
    try:
        lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    except OSError:
        return {}
    return {name: int(value) for name, value in (line.split(": ") for line in lines)}
