"""A GeoJSON feature collection (RFC 7946), read from its text feature by feature.

The text is one JSON object, which may be large; no more than one feature of it is taken apart at a time. What the
collection says of itself, its other members, may stand before the features or after them.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")


class BrokenError(Exception):
    """The text is no JSON object, or not to its end; the message says after which feature, and quotes nothing."""


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is a number in JavaScript alone")


_JSON = json.JSONDecoder(parse_constant=_refuse_constant)


class _Cursor:
    """A place in a JSON text; `feature` is the number of the feature that it has come to."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.feature = text, 0, 0

    def take(self, sign: str) -> bool:
        """Go past a sign, if it is next."""
        self.at = _SPACE.match(self.text, self.at).end()
        found = self.text.startswith(sign, self.at)
        self.at += len(sign) if found else 0
        return found

    def demand(self, sign: str) -> None:
        """Go past a sign, which must be next."""
        if not self.take(sign):
            raise BrokenError(f"no '{sign}' where one is due, {self._place()}")

    def value(self) -> Any:
        """Go past a value, and give it."""
        self.take("")
        try:
            found, self.at = _JSON.raw_decode(self.text, self.at)
        except (ValueError, RecursionError) as error:
            raise BrokenError(f"a value cannot be read, {self._place()}") from error
        return found

    def _place(self) -> str:
        return f"at feature {self.feature}" if self.feature else "before the first feature"


def members(text: str) -> Iterator[tuple[str, Any]]:
    """The members of the collection, name and value, in the order of the text; of `features` each one by itself.

    Raises BrokenError.
    """
    cursor = _Cursor(text)
    cursor.demand("{")
    more = not cursor.take("}")
    while more:
        name = str(cursor.value())
        cursor.demand(":")
        if name == "features":
            yield from ((name, feature) for feature in _features(cursor))
        else:
            yield name, cursor.value()
        more = cursor.take(",")
        if not more:
            cursor.demand("}")
    cursor.take("")
    if cursor.at < len(text):
        raise BrokenError("something follows after the end of the collection")


def _features(cursor: _Cursor) -> Iterator[Any]:
    cursor.demand("[")
    more = not cursor.take("]")
    while more:
        cursor.feature += 1
        yield cursor.value()
        more = cursor.take(",")
        if not more:
            cursor.demand("]")


def told_of(feature: Any, collection: dict[str, Any], names: list[str]) -> list[str | None]:
    """What is said of a feature under some names, as text: `geometry` is its own, a member of the collection is said of
    all its features, and everything else is a property. A value that is no text or number is none.

    A Polygon is given as the MultiPolygon that it is, so that every outline has one form.
    """
    held = feature if isinstance(feature, dict) else {}
    properties = held.get("properties")
    said = (properties if isinstance(properties, dict) else {}) | collection
    return [_outline(held.get("geometry")) if name == "geometry" else _text(said.get(name)) for name in names]


def properties_of(feature: Any) -> set[str]:
    """The names of the properties of a feature."""
    found = feature.get("properties") if isinstance(feature, dict) else None
    return set(found) if isinstance(found, dict) else set()


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _outline(geometry: Any) -> str | None:
    if not isinstance(geometry, dict):
        return None
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        kind, coordinates = "MultiPolygon", [coordinates]
    try:
        return json.dumps({"type": kind, "coordinates": coordinates}, allow_nan=False, separators=(",", ":"))
    except ValueError:
        return None  # a number too large for one
