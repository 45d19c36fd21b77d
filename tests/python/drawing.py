"""What tests draw: new in each session, the same in CI, and repeated with VIGIE_SEED=N, which the summary prints.

Statistical assertions (a share within a tolerance) keep a seed of their own beside them: another draw may well miss.
"""

from __future__ import annotations

import os
import random
import secrets
import zlib

#: Of this session. It goes on in the environment, so that all workers draw from the same.
SEED = int(os.environ.get("VIGIE_SEED") or (0 if os.environ.get("CI") == "true" else secrets.randbelow(2**32)))
os.environ["VIGIE_SEED"] = str(SEED)


def drawn_seed(*what: object) -> int:
    """A seed for a purpose, which the purpose names: from 0 to 2^32 - 1."""
    return zlib.crc32(repr((SEED, *what)).encode())


def dice(*what: object) -> random.Random:
    """A source of chance for a purpose."""
    return random.Random(drawn_seed(*what))


def sequences_drawn(few: int, many: int) -> int:
    """How many sequences a property is tried on: few by default, many with VIGIE_LONG=1, or VIGIE_EXAMPLES of them."""
    return int(os.environ.get("VIGIE_EXAMPLES") or (many if os.environ.get("VIGIE_LONG") == "1" else few))
