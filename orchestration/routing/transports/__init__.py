"""Transports: how files come to the place of a recipient, and to no other.

Each is a `Site` for as long as a delivery takes. A file goes up in pieces, from where an earlier try stopped; what goes
up is not visible under its name before `show`.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from orchestration.home import Home
from orchestration.routing.declarations import BucketTransport, FolderTransport, Recipient, SftpTransport
from orchestration.routing.secrets import secret_of

#: Bytes that go up at once, and that a try which was cut short may have to send again.
PIECE = 8 * 2**20


class NotSent(Exception):
    """What a transport could not do, in words that name no secret; `passes` when another try may succeed."""

    def __init__(self, why: str, passes: bool = True) -> None:
        """Say why."""
        super().__init__(why)
        self.passes = passes


class Spoiled(NotSent):
    """A file that waits is not what it was when it was made: nothing of the delivery can be relied on."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("A file that waits to be sent has changed on the disk: it is made anew.", passes=False)


class Altered(NotSent):
    """What was shown is not there as it was sent: it may have been seen, so that it has a receipt all the same."""

    def __init__(self, name: str) -> None:
        """Say so."""
        super().__init__(f"What stands there as {name} is not what was sent: it was altered or taken away.", False)


class Source:
    """A file on its way: read once, from its beginning to its end, and hashed meanwhile."""

    def __init__(self, path: Path, below: Path | None = None) -> None:
        """Open a file `below` a folder, by default its own. Raises Spoiled when it points out of it."""
        below = below or path.parent
        if path.resolve() != below.resolve() / path.relative_to(below):
            raise Spoiled
        self._file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW))
        self._hash = hashlib.sha256()
        self.size, self.at = os.fstat(self._file.fileno()).st_size, 0

    def read(self, size: int) -> bytes:
        """The next bytes, none at the end."""
        found = self._file.read(size)
        self._hash.update(found)
        self.at += len(found)
        return found

    def forward(self, to: int) -> None:
        """Read what needs not be sent again."""
        while self.at < min(to, self.size) and self.read(min(PIECE, to - self.at)):
            pass

    def ended(self) -> str:
        """Close the file, read to its end; the SHA-256 of all of it."""
        self.forward(self.size)
        self._file.close()
        return self._hash.hexdigest()


class Site(Protocol):
    """The place of a recipient."""

    def read(self, name: str) -> bytes | None:
        """A small file, by its path below the place; None when there is none."""

    def size(self, draft: str, name: str) -> int:
        """The bytes of a file of a draft that are there; 0 when there is none."""

    def put(self, draft: str, name: str, source: Source) -> None:
        """Bring a file up, from where an earlier try of the same bytes stopped."""

    def show(self, draft: str, final: str, manifest: bytes) -> None:
        """Let a draft of which all files are there be seen under its name, with its manifest, at once or last."""

    def discard(self, draft: str) -> None:
        """Remove a draft that nobody has seen."""

    def tidy(self, draft: str, names: set[str]) -> None:
        """Remove what earlier tries left that nobody has seen: other drafts, and what is in this one but not named."""


@contextmanager
def opened(home: Home, recipient: Recipient) -> Iterator[Site]:
    """The place of a recipient. Raises NotSent when it cannot be reached, or is not who it should be."""
    to = recipient.transport
    with contextlib.ExitStack() as stack:
        if isinstance(to, FolderTransport):
            from orchestration.routing.transports.folder import FolderSite

            yield FolderSite(home.root / to.path, home.root / "outgoing")
        elif isinstance(to, SftpTransport):
            from orchestration.routing.transports.sftp import sftp_site

            yield stack.enter_context(sftp_site(to, secret_of(home, recipient.name, "ssh_key")))
        else:
            assert isinstance(to, BucketTransport)
            from orchestration.routing.transports.bucket import bucket_site

            keys = {what: secret_of(home, recipient.name, what).decode() for what in ("access_key", "secret_key")}
            yield stack.enter_context(bucket_site(to, **keys))


def described(recipient: Recipient) -> str:
    """Where files go to, for the receipt; no secret is part of a declaration."""
    to: Mapping[str, object] = recipient.transport.model_dump(exclude={"host_key"}, exclude_none=True)
    return ", ".join(f"{key} {value}" for key, value in to.items())
