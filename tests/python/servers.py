"""Real servers on loopback for the transports of routing: SFTP, S3, and a line that breaks after so many bytes."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncssh


class _Rooted(asyncssh.SFTPServer):
    """What a client sees is below one folder."""

    folder = b""

    def __init__(self, channel: asyncssh.SSHServerChannel) -> None:
        super().__init__(channel, chroot=self.folder)


@contextmanager
def sftp_server(folder: Path, host_key: asyncssh.SSHKey, client_key: asyncssh.SSHKey) -> Iterator[int]:
    """An SFTP server for one client; gives its port."""
    folder.mkdir(parents=True, exist_ok=True)
    rooted = type("Rooted", (_Rooted,), {"folder": str(folder).encode()})
    allowed = asyncssh.import_authorized_keys(client_key.export_public_key().decode())
    loop, ready, ports = asyncio.new_event_loop(), threading.Event(), []

    async def serve() -> None:
        options = {"server_host_keys": [host_key], "authorized_client_keys": allowed, "sftp_factory": rooted}
        server = await asyncssh.listen("127.0.0.1", 0, **options)
        ports.append(server.get_port())
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)


@contextmanager
def s3_server() -> Iterator[int]:
    """An S3 server, which takes small parts of an object too; gives its port."""
    os.environ["S3_UPLOAD_PART_MIN_SIZE"] = "1"
    # Not at the top: the library reads the variable when it is imported.
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        yield server.get_host_and_port()[1]
    finally:
        server.stop()


class Line:
    """A line to a server of this machine that breaks after `bytes` towards it; None never."""

    def __init__(self, port: int) -> None:
        self._to, self.bytes = port, None
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._server.accept()
                theirs = socket.create_connection(("127.0.0.1", self._to))
                for end in (ours, theirs):
                    # Small packets go on at once, as on a real line.
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for source, target, counted in ((ours, theirs, True), (theirs, ours, False)):
                    threading.Thread(target=self._carry, args=(source, target, counted), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if counted and self.bytes is not None:
                    data, left = data[: self.bytes], self.bytes - len(data)
                    self.bytes = max(left, 0)
                    target.sendall(data)
                    if left <= 0:
                        break
                    continue
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no more connections."""
        self._server.close()


if __name__ == "__main__":
    # A server of its own, whose work is not the sender's: folder, host key and client key as files.
    where, host, client = sys.argv[1:]
    keys = [asyncssh.read_private_key(path) for path in (host, client)]
    with sftp_server(Path(where), *keys) as served_at:
        print(served_at, flush=True)
        sys.stdin.read()
