"""Make the lettering of the map from the bundled font: `python -m rasure.ingest.glyphs`, run once per font.

The map draws letters from distance fields: for every pixel, how far it is from the edge of the letter. They come as
one protocol-buffer file for each 256 characters (mapbox/node-fontnik's `glyphs.proto`). Pillow reads the woff2 files
of `rasure/web/assets/fonts` as they are, so nothing has to be converted first. The results are committed; a test makes
a few letters anew and compares.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import distance_transform_edt

ASSETS = Path(__file__).resolve().parents[1] / "web" / "assets"
FONT = "atkinson-hyperlegible-next-{subset}-{weight}-normal.woff2"
STACKS = {"Atkinson-Regular": 400, "Atkinson-Bold": 700}
SUBSETS = ("latin", "latin-ext")
#: Latin, Latin Extended-A and part of B, and the dashes and quotation marks.
RANGES = (0, 256, 8192)

_SIZE_PX = 24
_FINER = 8
_BUFFER_PX = 3
_RADIUS_PX = 8.0
_CUTOFF = 0.25
#: Height of the line above the baseline that puts capitals in the middle of the label.
_ASCENDER_PX = 25


def main(assets: Path = ASSETS) -> None:
    for stack, weight in STACKS.items():
        folder = assets / "glyphs" / stack
        folder.mkdir(parents=True, exist_ok=True)
        for first in RANGES:
            path = folder / f"{first}-{first + 255}.pbf"
            path.write_bytes(lettering(stack, weight, first, assets / "fonts"))
            print(f"{path.relative_to(assets)}: {path.stat().st_size:,} bytes", file=sys.stderr)


def lettering(stack: str, weight: int, first: int, fonts: Path) -> bytes:
    """Return one file of 256 characters as the map reads it; characters the font lacks are left out."""
    faces = [
        ImageFont.truetype(fonts / FONT.format(subset=subset, weight=weight), _SIZE_PX * _FINER) for subset in SUBSETS
    ]
    letters = b"".join(_field(3, glyph) for glyph in _glyphs(faces, first))
    name, span = stack.encode(), f"{first}-{first + 255}".encode()
    return _field(1, _field(1, name) + _field(2, span) + letters)


def _glyphs(faces: list[ImageFont.FreeTypeFont], first: int) -> Iterator[bytes]:
    for code in range(max(first, 32), first + 256):
        face = next((face for face in faces if _has(face, chr(code))), None)
        if face is not None:
            yield _glyph(face, code)


def _has(face: ImageFont.FreeTypeFont, letter: str) -> bool:
    """Tell whether the font draws this character, by comparing with what it draws for one it cannot know."""
    if letter.isspace():
        return letter in " \u00a0"
    drawn = (face.getlength(letter), bytes(face.getmask(letter)))
    unknown = (face.getlength("\uffff"), bytes(face.getmask("\uffff")))
    return drawn[1] != b"" and drawn != unknown


def _glyph(face: ImageFont.FreeTypeFont, code: int) -> bytes:
    letter = chr(code)
    advance = round(face.getlength(letter) / _FINER)
    left, top, right, bottom = (int(edge) for edge in face.getbbox(letter, anchor="ls"))
    if right <= left or bottom <= top:
        return _field(1, code) + _sizes(0, 0, 0, 0, advance)
    west, north = left // _FINER, top // _FINER
    width, height = -(-right // _FINER) - west, -(-bottom // _FINER) - north
    field = _distances(face, letter, (west, north), (width, height))
    return _field(1, code) + _field(2, field.tobytes()) + _sizes(width, height, west, -north - _ASCENDER_PX, advance)


def _distances(
    face: ImageFont.FreeTypeFont, letter: str, corner: tuple[int, int], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """Draw the letter eight times finer and return its distance field at the map's size, buffer included."""
    full = tuple((length + 2 * _BUFFER_PX) * _FINER for length in size)
    image = Image.new("L", (full[0], full[1]))
    origin = tuple((_BUFFER_PX - edge) * _FINER for edge in corner)
    ImageDraw.Draw(image).text((origin[0], origin[1]), letter, fill=255, font=face, anchor="ls")
    inside = np.asarray(image) >= 128
    outward: NDArray[np.float64] = distance_transform_edt(~inside) - distance_transform_edt(inside)
    middle = slice(_FINER // 2, None, _FINER)
    distance_px = outward[middle, middle] / _FINER
    shade = 255 - 255 * (distance_px / _RADIUS_PX + _CUTOFF)
    return np.clip(np.rint(shade), 0, 255).astype(np.uint8)


def _sizes(width: int, height: int, left: int, top: int, advance: int) -> bytes:
    return (
        _field(3, width) + _field(4, height) + _field(5, _zigzag(left)) + _field(6, _zigzag(top)) + _field(7, advance)
    )


def _field(number: int, value: int | bytes) -> bytes:
    """Encode one field of a protocol buffer: a whole number, or bytes with their length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


if __name__ == "__main__":
    main()
