"""An SFTP server, of which the host key is pinned: another one is refused, on first use too."""

import asyncio
import re
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, TypeVar

import asyncssh

from orchestration.routing.declarations import SftpTransport
from orchestration.routing.transports import PIECE, NotSent, Source

T = TypeVar("T")
#: What a draft is called.
DRAFT = re.compile(r"\..*\.partial")
#: Seconds that a connection, and then each piece, may take.
PATIENCE = 60.0
#: Bytes of a request; servers take at least so many at once.
BLOCK = 32 * 1024
#: Ciphers by which a processor with AES sends gigabytes at little cost; any server of today has one of them.
CIPHERS = ("aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr")


@contextmanager
def sftp_site(to: SftpTransport, key: bytes) -> Iterator["SftpSite"]:
    """The place at a server. Raises NotSent when it cannot be reached, bears another key, or refuses ours."""
    with asyncio.Runner() as runner:
        site = SftpSite(runner, to)
        try:
            site.connect(key)
            yield site
        finally:
            site.close()


class SftpSite:
    """A path at a server; every call ends before the next begins."""

    def __init__(self, runner: asyncio.Runner, to: SftpTransport) -> None:
        """Note where it is."""
        self._runner, self._to, self._root = runner, to, PurePosixPath(to.path)
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: Any = None

    def connect(self, key: bytes) -> None:
        """Open the connection and the folder."""
        try:
            ours, theirs = asyncssh.import_private_key(key), asyncssh.import_public_key(self._to.host_key)
        except asyncssh.KeyImportError as error:
            raise NotSent("The key of this recipient, or that of its server, is none.", passes=False) from error
        self._do(self._connect(ours, theirs))
        self._do(self._client.makedirs(str(self._root), exist_ok=True))

    async def _connect(self, ours: asyncssh.SSHKey, theirs: asyncssh.SSHKey) -> None:
        # Neither keys of the user, an agent nor a configuration of this machine: what is declared, and nothing else.
        self._connection = await asyncssh.connect(
            self._to.host,
            self._to.port,
            username=self._to.user,
            client_keys=[ours],
            known_hosts=([theirs], [], []),
            agent_path=None,
            config=None,
            preferred_auth="publickey",
            encryption_algs=CIPHERS,
            compression_algs=None,
            connect_timeout=PATIENCE,
            login_timeout=PATIENCE,
        )
        self._client = await self._connection.start_sftp_client()

    def close(self) -> None:
        """Close the connection, whatever it is in."""
        if self._connection is not None:
            self._connection.abort()

    def read(self, name: str) -> bytes | None:
        """A small file."""
        return self._do(self._read(str(self._root / name)))

    async def _read(self, path: str) -> bytes | None:
        try:
            async with self._client.open(path, "rb") as file:
                return await file.read()
        except asyncssh.SFTPNoSuchFile:
            return None

    def size(self, draft: str, name: str) -> int:
        """What is there of a file."""
        return self._do(self._size(str(self._root / draft / name)))

    async def _size(self, path: str) -> int:
        try:
            return (await self._client.stat(path)).size or 0
        except asyncssh.SFTPNoSuchFile:
            return 0

    def put(self, draft: str, name: str, source: Source) -> None:
        """Send a file. Of the last piece that is there some blocks may be missing: they were under way at once."""
        path = self._root / draft / name
        self._do(self._client.makedirs(str(path.parent), exist_ok=True))
        there = max(min(self.size(draft, name), source.size) - 1, 0) // PIECE * PIECE
        source.forward(there)
        self._do(self._put(str(path), source), None)

    async def _put(self, path: str, source: Source) -> None:
        async with self._client.open(path, "r+b" if source.at else "wb", block_size=BLOCK) as file:
            while piece := source.read(PIECE):
                async with asyncio.timeout(PATIENCE):
                    await file.write(piece, source.at - len(piece))

    def show(self, draft: str, final: str, manifest: bytes) -> None:
        """Write the manifest into the draft, then give it its name."""
        self._do(self._show(self._root / draft, self._root / final, manifest))

    async def _show(self, draft: PurePosixPath, final: PurePosixPath, manifest: bytes) -> None:
        await self._client.makedirs(str(draft), exist_ok=True)
        async with self._client.open(str(draft / "manifest.json"), "wb") as file:
            await file.write(manifest)
        await self._client.rename(str(draft), str(final))

    def discard(self, draft: str) -> None:
        """Remove a draft."""
        if draft in self._do(self._client.listdir(str(self._root))):
            self._do(self._client.rmtree(str(self._root / draft)))

    def tidy(self, draft: str, names: set[str]) -> None:
        """Remove other drafts: the name of one says what is in it."""
        for name in self._do(self._client.listdir(str(self._root))):
            if DRAFT.fullmatch(name) and name != draft:
                self._do(self._client.rmtree(str(self._root / name)))

    def _do(self, what: Awaitable[T], patience: float | None = 2 * PATIENCE) -> T:
        """Wait for a call to end; NotSent in words that name neither key nor content."""
        try:
            return self._runner.run(_in_time(what, patience))
        except asyncssh.HostKeyNotVerifiable as error:
            raise NotSent("The server bears another key than the declared one: nothing was sent.", False) from error
        except asyncssh.PermissionDenied as error:
            raise NotSent("The server refuses our key: is it one that has expired?") from error
        except asyncssh.SFTPError as error:
            raise NotSent(f"The server refused ({type(error).__name__})") from error
        except asyncssh.Error as error:
            raise NotSent(f"The connection broke ({type(error).__name__})") from error
        except TimeoutError as error:
            raise NotSent("The server did not answer in time") from error
        except OSError as error:
            raise NotSent(f"The server cannot be reached: {error.strerror or type(error).__name__}") from error


async def _in_time(what: Awaitable[T], patience: float | None) -> T:
    async with asyncio.timeout(patience):
        return await what
