"""Keys of persons made anew for each recipient, so that two of them cannot join what they were sent.

A key of the lake is put through HMAC-SHA-256 (RFC 2104) with the secret of the recipient, and the first 128 bits are
kept: the same person is the same key in all that one recipient gets, and nobody can go from one to another.
"""

import hmac

import duckdb
import pyarrow as pa

#: Hexadecimal digits of a key: 128 bits.
DIGITS = 32


def rehashed(secret: bytes, key: int) -> str:
    """The key of a recipient, from one of the lake (64 bits)."""
    return hmac.digest(secret, key.to_bytes(8, "little"), "sha256").hex()[:DIGITS]


def rehash_with(connection: duckdb.DuckDBPyConnection, secret: bytes) -> None:
    """Give a connection the SQL function `rehashed`, by this secret; NULL stays NULL."""

    def column(keys: pa.Array) -> pa.Array:
        return pa.array([None if key is None else rehashed(secret, key) for key in keys.to_pylist()], pa.string())

    connection.create_function("rehashed", column, ["UBIGINT"], "VARCHAR", type="arrow", null_handling="special")
