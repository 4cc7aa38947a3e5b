"""Reading what a vector tile holds (Mapbox Vector Tile 2.1): features with their tags and points.

Positions are parts of the tile from 0 at its north-west corner to 1; features reach a little beyond the edge.
"""

import gzip
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from rasure.errors import Unavailable

Value = str | float | bool
_LINE, _AREA = 2, 3
_MOVE, _DRAW, _CLOSE = 1, 2, 7


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: whether it is an area, its tags, and its lines or rings (a ring ends where it began)."""

    is_area: bool
    tags: dict[str, Value]
    parts: tuple[tuple[tuple[float, float], ...], ...]


def features(packed: bytes, layer: str) -> list[Feature]:
    """Return the lines and areas of one layer of a gzipped tile; none when the tile has no such layer."""
    try:
        return [
            feature
            for number, body in _fields(gzip.decompress(packed))
            if number == 3 and isinstance(body, bytes)
            for feature in _layer(body, layer)
        ]
    except (IndexError, struct.error, UnicodeDecodeError, EOFError, OSError, zlib.error) as error:
        raise Unavailable(f"A tile of the basemap layer {layer} cannot be read. Load the basemap again.") from error


def _layer(body: bytes, wanted: str) -> Iterator[Feature]:
    name, extent = "", 4096
    keys: list[str] = []
    values: list[Value] = []
    bodies: list[bytes] = []
    for number, field in _fields(body):
        if isinstance(field, int):
            extent = field if number == 5 else extent
        elif number == 1:
            name = field.decode()
        elif number == 2:
            bodies.append(field)
        elif number == 3:
            keys.append(field.decode())
        elif number == 4:
            values.append(_value(field))
    if name == wanted:
        yield from (found for found in (_feature(body, keys, values, extent) for body in bodies) if found is not None)


def _feature(body: bytes, keys: list[str], values: list[Value], extent: int) -> Feature | None:
    kind, tags, drawn = 0, b"", b""
    for number, field in _fields(body):
        if number == 3 and isinstance(field, int):
            kind = field
        elif number == 2 and isinstance(field, bytes):
            tags = field
        elif number == 4 and isinstance(field, bytes):
            drawn = field
    if kind not in (_LINE, _AREA):
        return None
    indices = list(_varints(tags))
    named = {keys[key]: values[value] for key, value in zip(indices[::2], indices[1::2], strict=False)}
    return Feature(kind == _AREA, named, tuple(_parts(drawn, extent)))


def _parts(drawn: bytes, extent: int) -> Iterator[tuple[tuple[float, float], ...]]:
    """Follow the pen: move, draw and close commands with steps from point to point."""
    numbers = _varints(drawn)
    x = y = 0
    part: list[tuple[float, float]] = []
    for command in numbers:
        what, count = command & 7, command >> 3
        if what == _CLOSE:
            part.append(part[0])
            continue
        for _ in range(count):
            x, y = x + _step(numbers), y + _step(numbers)
            if what == _MOVE and part:
                yield tuple(part)
                part = []
            part.append((x / extent, y / extent))
    if part:
        yield tuple(part)


def _step(numbers: Iterator[int]) -> int:
    step = next(numbers, None)
    if step is None:
        raise IndexError("the drawing ends before its last point")
    return _unzigzag(step)


def _value(body: bytes) -> Value:
    """Return a tag's value: text, a number of any of five kinds, or yes or no."""
    for number, field in _fields(body):
        if isinstance(field, bytes):
            if number == 1:
                return field.decode()
            return float(struct.unpack("<f" if number == 2 else "<d", field)[0])
        if number == 7:
            return bool(field)
        if number == 6:
            return float(_unzigzag(field))
        return float(field - (1 << 64) if field >> 63 else field)
    return ""


def _fields(body: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and content of every field of a protocol buffer: a whole number, or the bytes as they stand."""
    at = 0
    while at < len(body):
        head, at = _varint(body, at)
        kind = head & 7
        if kind == 0:
            whole, at = _varint(body, at)
            yield head >> 3, whole
            continue
        length = {1: 8, 5: 4}.get(kind)
        if length is None:
            length, at = _varint(body, at)
        if at + length > len(body):
            raise IndexError("a field is longer than the tile")
        yield head >> 3, body[at : at + length]
        at += length


def _varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        value, at = _varint(body, at)
        yield value


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _unzigzag(value: int) -> int:
    return value >> 1 if not value & 1 else -(value >> 1) - 1
