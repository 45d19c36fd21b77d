"""A folder of this machine, or one that is mounted into it."""

import os
import shutil
from pathlib import Path

from orchestration.routing.transports import PIECE, NotSent, Source
from orchestration.storage import sync, sync_tree


class FolderSite:
    """A folder. The one above it must be there: where nothing is mounted, nothing is written beside it."""

    def __init__(self, folder: Path) -> None:
        """Make the folder, in one that exists or is ours."""
        self.folder = folder
        with _said():
            if not folder.parent.is_dir() and folder.parent.name != "outgoing":
                raise NotSent(f"There is no folder {folder.parent}: is it mounted?")
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)

    def read(self, name: str) -> bytes | None:
        """A small file of the folder."""
        with _said():
            path = self.folder / name
            return path.read_bytes() if path.is_file() else None

    def size(self, draft: str, name: str) -> int:
        """What is there of a file."""
        path = self.folder / draft / name
        return path.stat().st_size if path.is_file() else 0

    def put(self, draft: str, name: str, source: Source) -> None:
        """Copy a file, from the last whole piece on."""
        path = self.folder / draft / name
        with _said():
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(path, os.O_CREAT | os.O_RDWR, 0o640), "rb+") as written:
                there = min(os.fstat(written.fileno()).st_size, source.size) // PIECE * PIECE
                written.truncate(there)
                written.seek(there)
                source.forward(there)
                shutil.copyfileobj(source, written, PIECE)

    def show(self, draft: str, final: str, manifest: bytes) -> None:
        """Write the manifest into the draft, all of it to the disk, then give it its name."""
        with _said():
            path = self.folder / draft
            path.mkdir(exist_ok=True)
            (path / "manifest.json").write_bytes(manifest)
            sync_tree(path)
            os.rename(path, self.folder / final)
            sync(self.folder)

    def discard(self, draft: str) -> None:
        """Remove a draft."""
        with _said():
            if (self.folder / draft).is_dir():
                shutil.rmtree(self.folder / draft)

    def tidy(self, draft: str, names: set[str]) -> None:
        """Remove other drafts: the name of one says what is in it."""
        with _said():
            for path in self.folder.glob(".*.partial"):
                if path.name != draft:
                    shutil.rmtree(path)


class _said:  # noqa: N801 - a context, used like a function
    """Say what the operating system refuses."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise NotSent in the place of an OSError."""
        if isinstance(error, OSError):
            raise NotSent(f"The folder refused: {error.strerror}") from error
