"""What a change does to every figure, before it is merged: `vigie diff`.

Both versions, the commit that a change begins from and the working tree, are made from the same lake in a copy of the
warehouse of a home; what each would publish is compared cell by cell, and a declared policy gives the verdict.
"""

from orchestration.difference.comparing import difference

__all__ = ["difference"]
