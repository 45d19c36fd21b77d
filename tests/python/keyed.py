"""The keys of identifiers as the tests compute them: by hand, from the secret of a home."""

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def number64(text: str) -> int:
    """The lower half of the MD5 of a text, as a number."""
    return int.from_bytes(hashlib.md5(text.encode()).digest()[8:], "little")


def key64(text: str, secret: Path) -> int:
    """The key that an identifier has in the lake of a home with the secret in this file."""
    cipher_key = hashlib.blake2b(secret.read_bytes().strip(), digest_size=32, person=b"vigie keys").digest()
    block = number64(text).to_bytes(8, "little") + bytes(8)
    encrypted = Cipher(algorithms.AES(cipher_key), modes.ECB()).encryptor().update(block)
    return int.from_bytes(encrypted[:8], "little")
