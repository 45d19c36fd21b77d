"""The one error that Vigie shows to its user."""


class VigieError(Exception):
    """Something the user can act on: one readable message that says what is wrong and the way out."""
