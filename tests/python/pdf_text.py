"""The words of a PDF, as a reader of it gets them: for PDFs as typst writes them (fonts of two bytes a glyph, each with
its map to Unicode; one marked sequence for each piece of text)."""

import re
import zlib
from pathlib import Path

OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.S)
FONT = re.compile(rb"/(f\d+) (\d+) 0 R")
# A string, in which brackets may stand in pairs.
PLAIN = rb"[^\\()]|\\."
NESTED = PLAIN
for _ in range(3):
    NESTED = PLAIN + rb"|\((?:" + NESTED + rb")*\)"
LITERAL = rb"\(((?:" + NESTED + rb")*)\)"
# A font that is chosen, glyphs with the gaps between them, or the end of a marked sequence.
GLYPHS = rb"\[((?:" + LITERAL + rb"|[-\d.\s])*)\]\s*TJ|(" + LITERAL + rb")\s*Tj"
SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|" + GLYPHS + rb"|(EMC)", re.S)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pieces(path: Path) -> list[str]:
    """The pieces of text of a PDF in their order, blanks at their ends left out."""
    held = {int(number): body for number, body in OBJECT.findall(path.read_bytes())}
    maps = {name: _unicode(held, int(font)) for body in held.values() for name, font in FONT.findall(body)}
    found = []
    for body in held.values():
        stream = _stream(body)
        if b"BDC" not in stream:
            continue
        font: dict[int, str] = {}
        text = ""
        for name, several, _, one, _, end in SHOWN.findall(stream):
            if name:
                font = maps[name]
            elif end:
                found.append(text.strip())
                text = ""
            else:
                literal = b"".join(re.findall(LITERAL, several or one, re.S))
                glyphs = re.sub(rb"\\([0-7]{1,3}|.)", _unescaped, literal, flags=re.S)
                text += "".join(font[int.from_bytes(glyphs[n : n + 2])] for n in range(0, len(glyphs), 2))
    return found


def _unescaped(found: re.Match) -> bytes:
    said = found[1]
    return bytes([int(said, 8)]) if said.isdigit() else ESCAPES.get(said, said)


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\n")
    return zlib.decompressobj().decompress(rest) if rest and b"FlateDecode" in head else b""


def _unicode(held: dict[int, bytes], font: int) -> dict[int, str]:
    """By glyph the characters that it stands for."""
    [number] = re.findall(rb"/ToUnicode (\d+) 0 R", held[font])
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", _stream(held[int(number)]))
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}
