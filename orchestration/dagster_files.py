"""Dagster's records in SQLite, for a desk: what Dagster brings, with its files kept open.

Dagster's own classes make an engine for each event, which has everything to compile, and open and close a connection;
whenever the last one closes, SQLite writes the log back into the file, syncs both and removes it. Together that is half
of what a run at rest costs. `dagster.yaml` of a home names these classes; on a server the records are in PostgreSQL.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SQLITE_BUSY_TIMEOUT_SECONDS, SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

#: Files that one process keeps open at most, the last ones used: the index, and those of the runs looked at.
FILES = 4


class KeptEventLog(SqliteEventLogStorage):
    """The event log of Dagster, a file for each run and an index, of which a process keeps the last ones open."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """`base_dir` is DAGSTER_HOME: the files are where Dagster's own class has them."""
        self._kept: OrderedDict[str, Engine] = OrderedDict()
        self._tables: set[str] = set()
        super().__init__(str(Path(base_dir, "history", "runs")), inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "KeptEventLog":
        """As Dagster makes it from `dagster.yaml`."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table; asked with each event of an asset, and no table goes."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _engine(self, shard: str) -> Engine:
        if shard not in self._kept:
            self._kept[shard] = _engine(self.conn_string_for_shard(shard))
        self._kept.move_to_end(shard)
        while len(self._kept) > FILES:
            self._kept.popitem(last=False)[1].dispose()
        return self._kept[shard]

    def dispose(self) -> None:
        """Close the files: SQLite writes its logs back into them."""
        with self._db_lock:
            while self._kept:
                self._kept.popitem()[1].dispose()
        super().dispose()


class KeptRuns(SqliteRunStorage):
    """Dagster's list of runs, one file, which a process keeps open."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> "KeptRuns":
        """As Dagster makes it from `dagster.yaml`; `base_dir` is DAGSTER_HOME."""
        return cls.from_local(str(Path(config_value["base_dir"], "history")), inst_data)

    @cached_property
    def _kept(self) -> Engine:
        return _engine(self._conn_string)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A transaction on the file."""
        with self._kept.connect() as connection, connection.begin():
            yield connection

    def dispose(self) -> None:
        """Close the file."""
        self._kept.dispose()
        super().dispose()


def _engine(address: str) -> Engine:
    engine = create_engine(address, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _sync_less)
    return engine


def _sync_less(connection: Any, record: Any) -> None:
    """Let SQLite sync its log at checkpoints only: a run writes a thousand events, each a transaction of its own.

    With a write-ahead log, which Dagster uses, nothing can be corrupted; a power cut may lose the last events.
    """
    connection.execute("pragma synchronous = normal")
