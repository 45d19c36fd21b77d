"""The rates of the disturbances of a feed, as they are asked."""

from collections.abc import Mapping

from orchestration.errors import VigieError


def resolve_rates(known: Mapping[str, tuple[float, str]], asked: Mapping[str, float]) -> dict[str, float]:
    """All rates in `known` (name -> default and meaning), those in `asked` in the place of their defaults.

    Raises VigieError when a name is unknown or a rate is not between 0 and 1.
    """
    unknown = sorted(set(asked) - set(known))
    if unknown:
        listed = "\n".join(f"  {name} ({default:g}): {meaning}" for name, (default, meaning) in known.items())
        raise VigieError(f"Unknown rate {', '.join(unknown)}. The rates are:\n{listed}")
    for name, value in asked.items():
        if not 0 <= value <= 1:
            raise VigieError(f"The rate {name} must be between 0 and 1, not {value}.")
    return {name: float(asked.get(name, default)) for name, (default, _) in known.items()}
