"""A folder of this machine, or one that is mounted into it."""

import os
import shutil
from pathlib import Path

from orchestration.routing.transports import PIECE, NotSent, Source
from orchestration.storage import sync, sync_tree

#: A file that is written anew, and not through a link.
WRITTEN = os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW


class FolderSite:
    """A folder, which must be there unless it lies below `ours`: where nothing is mounted, nothing is written. What it
    holds may point elsewhere; nothing is written there either."""

    def __init__(self, folder: Path, ours: Path) -> None:
        """Look for the folder, or make it in ours."""
        self.folder = folder
        with _said():
            if ours in folder.parents:
                folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            elif not folder.is_dir():
                raise NotSent(f"There is no folder {folder}: is it mounted?")

    def read(self, name: str) -> bytes | None:
        """A small file of the folder."""
        with _said():
            path = self.folder / name
            return path.read_bytes() if path.is_file() else None

    def size(self, draft: str, name: str) -> int:
        """What is there of a file."""
        path = self._inside(draft, name)
        return path.stat().st_size if path.is_file() else 0

    def put(self, draft: str, name: str, source: Source) -> None:
        """Copy a file, from the last whole piece on."""
        path = self._inside(draft, name)
        with _said():
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o640), "rb+") as written:
                there = min(os.fstat(written.fileno()).st_size, source.size) // PIECE * PIECE
                written.truncate(there)
                written.seek(there)
                source.forward(there)
                shutil.copyfileobj(source, written, PIECE)

    def show(self, draft: str, final: str, manifest: bytes) -> None:
        """Write the manifest into the draft, all of it to the disk, then give it its name."""
        with _said():
            path = self._inside(draft, "manifest.json").parent
            path.mkdir(exist_ok=True)
            with open(os.open(path / "manifest.json", WRITTEN, 0o640), "wb") as written:
                written.write(manifest)
            sync_tree(path)
            os.rename(path, self.folder / final)
            sync(self.folder)

    def _inside(self, draft: str, name: str) -> Path:
        """A file of a draft. Raises NotSent when the folder points elsewhere on the way to it."""
        path = self.folder / draft / name
        on_the_way = [each for each in (path, *path.parents) if self.folder in each.parents]
        if any(each.is_symlink() for each in on_the_way):
            raise NotSent("A file or folder there points elsewhere: nothing is written through it.", passes=False)
        return path

    def discard(self, draft: str) -> None:
        """Remove a draft."""
        with _said():
            if (self.folder / draft).is_dir():
                shutil.rmtree(self.folder / draft)

    def tidy(self, draft: str, names: set[str]) -> None:
        """Remove other drafts: the name of one says what is in it."""
        with _said():
            for path in self.folder.glob(".*.partial"):
                if path.name != draft and not path.is_symlink():
                    shutil.rmtree(path)


class _said:  # noqa: N801 - a context, used like a function
    """Say what the operating system refuses."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise NotSent in the place of an OSError."""
        if isinstance(error, OSError):
            raise NotSent(f"The folder refused: {error.strerror}") from error
