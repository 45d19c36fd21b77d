"""The keys of identifiers, and the secret that they rest on.

An identifier (a pseudonym, the identifier of a result) stands in the lake as a key of 64 bits: the lower half of the
MD5 of its text, which DuckDB computes by the column, put through a pseudo-random function that only the secret of the
home gives. Without the secret, whoever has the lake and a list of pseudonyms cannot tell who is in it. The function is
AES-256 on a block of this number and zeros, cut to its first 64 bits: one call of the library for a whole column. Since
it takes nothing but the number, a lake that was made without a secret is keyed without its files (`rekeying.py`).

The secret stands in a file outside of the data, `$VIGIE_SECRET_FILE`, by default one in the private folder of the home,
made where it is absent. It is never part of SQL, of a log or of a message. The lake keeps a value by which another
secret is known at once.
"""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.storage import sync

#: A secret of fewer characters can be guessed.
SHORTEST = 32


class Keys:
    """Turns the MD5 numbers of identifiers into keys; `check` tells one secret from another and says nothing of it."""

    def __init__(self, secret: bytes) -> None:
        """Derive the key of the cipher, and the check, from the secret."""
        self._cipher = Cipher(algorithms.AES(_derived(secret, b"vigie keys", 32)), modes.ECB())
        self.check = _derived(secret, b"vigie check", 16).hex()

    def of(self, numbers: np.ndarray) -> np.ndarray:
        """The keys of an array of uint64."""
        blocks = np.zeros((len(numbers), 2), dtype="<u8")
        blocks[:, 0] = numbers
        return np.frombuffer(self._cipher.encryptor().update(blocks.tobytes()), dtype="<u8")[::2].astype(np.uint64)

    def of_column(self, numbers: pa.ChunkedArray | pa.Array) -> pa.Array:
        """The keys of a column of uint64, or of lists of them; NULL stays NULL, and no list is an empty one."""
        whole = pa.concat_arrays(numbers.chunks) if isinstance(numbers, pa.ChunkedArray) and numbers.chunks else numbers
        whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
        if pa.types.is_list(whole.type):
            ends = np.cumsum(pc.fill_null(pc.list_value_length(whole), 0).to_numpy(zero_copy_only=False))
            offsets = pa.array(np.concatenate(([0], ends)), type=pa.int32())
            return pa.ListArray.from_arrays(offsets, self.of_column(pc.list_flatten(whole)))
        keys = self.of(whole.fill_null(0).to_numpy(zero_copy_only=False))
        return pa.array(keys, type=pa.uint64(), mask=whole.is_null().to_numpy(zero_copy_only=False))


def secret_file(home: Home) -> Path:
    """The file of the secret: `$VIGIE_SECRET_FILE`, by default in the private folder of the home."""
    named = os.environ.get("VIGIE_SECRET_FILE")
    return Path(named).expanduser().absolute() if named else home.private / "secret"


def read_secret(home: Home) -> bytes | None:
    """The secret of a home, None when there is no file; raises VigieError when it cannot be a secret."""
    path = secret_file(home)
    try:
        with path.open("rb") as file:
            mode, secret = os.fstat(file.fileno()).st_mode, file.read().strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise VigieError(f"The file of the secret, {path}, cannot be read: {error.strerror}.") from error
    data = (home.landing, home.lake, home.warehouse, home.releases)
    if any(path.resolve().is_relative_to(folder) for folder in data):
        raise VigieError(f"The file of the secret, {path}, stands among the data; name one elsewhere.")
    if mode & 0o027:
        raise VigieError(f"Others may read or change the file of the secret, {path}: chmod 600 it.")
    if len(secret) < SHORTEST:
        raise VigieError(
            f"The file of the secret, {path}, holds fewer than {SHORTEST} characters: too few to be a secret."
        )
    return secret


def make_secret(home: Home) -> bytes:
    """Make a secret and its file, mode 600, whole or not at all; the one that stands when another made it meanwhile."""
    path = secret_file(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes the file anew, for its user alone; a link never replaces a file that is there.
    descriptor, written = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(32).encode() + b"\n")
        sync(Path(written))
        try:
            os.link(written, path)
        except FileExistsError:
            pass
    except OSError as error:
        raise VigieError(
            f"The file of the secret, {path}, cannot be made: {error.strerror}. Write {SHORTEST} random characters or"
            " more to it yourself (mode 600), or name another in VIGIE_SECRET_FILE."
        ) from error
    finally:
        os.unlink(written)
    # On the disk, with the folder that it stands in, before any key rests on it.
    sync(path.parent)
    sync(path.parent.parent)
    secret = read_secret(home)
    assert secret, "the file was made a moment ago"
    return secret


def _derived(secret: bytes, purpose: bytes, size: int) -> bytes:
    return hashlib.blake2b(secret, digest_size=size, person=purpose).digest()
