"""Reading a PDF enough to test it: how many pages, and the text on them in drawing order."""

import re
import zlib

_STREAM = re.compile(rb"(\d+) 0 obj(?:(?!endobj).)*?stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(
    rb"/(\w+) [\d.]+ Tf|(\[(?:\((?:\\.|[^\\)])*\)|[^\]])*\])\s*TJ|(\((?:\\.|[^\\)])*\))\s*Tj", re.DOTALL
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def text(pdf: bytes) -> str:
    """Return the text shown, letter for letter; pieces drawn apart are parted by a line end."""
    letters = _letters(pdf)
    shown = []
    for stream in _streams(pdf).values():
        if b" Tf" not in stream:
            continue
        font: dict[int, str] = {}
        for name, many, one in _SHOWN.findall(stream):
            if name:
                font = letters[name]
            else:
                strings = re.findall(rb"\((?:\\.|[^\\)])*\)", many or one, re.DOTALL)
                codes = b"".join(_ESCAPE.sub(_unescaped, string[1:-1]) for string in strings)
                shown.append("".join(font.get(int.from_bytes(codes[i : i + 2]), "") for i in range(0, len(codes), 2)))
    return "\n".join(shown)


def _letters(whole: bytes) -> dict[bytes, dict[int, str]]:
    """Return, for every font by the name it is drawn with, what each of its codes stands for."""
    maps = {number: _mapping(body) for number, body in _streams(whole).items() if b"begincmap" in body}
    objects = dict(re.findall(rb"(\d+) 0 obj\b(.*?)endobj", whole, re.DOTALL))
    found: dict[bytes, dict[int, str]] = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", whole):
        unicode = re.search(rb"/ToUnicode (\d+) 0 R", objects.get(number, b""))
        if unicode:
            found[name] = maps[int(unicode[1])]
    return found


def _mapping(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", cmap)
    return {int(code, 16): bytes.fromhex(said.decode()).decode("utf-16-be") for code, said in pairs}


def _streams(pdf: bytes) -> dict[int, bytes]:
    found = {}
    for number, body in _STREAM.findall(pdf):
        try:
            found[int(number)] = zlib.decompress(body)
        except zlib.error:
            found[int(number)] = body
    return found


def _unescaped(match: re.Match[bytes]) -> bytes:
    said = match[1]
    return bytes([int(said, 8)]) if said.isdigit() else _PLAIN.get(said, said)
