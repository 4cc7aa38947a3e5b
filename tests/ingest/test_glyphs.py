import pytest

from rasure.ingest import glyphs

FONTS = glyphs.ASSETS / "fonts"


def fields(message: bytes) -> list[tuple[int, int | bytes]]:
    """Read one protocol-buffer message, written here a second time so that it checks the first."""
    found: list[tuple[int, int | bytes]] = []
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 0:
            found.append((key >> 3, varint()))
        else:
            length = varint()
            found.append((key >> 3, message[at : at + length]))
            at += length
    return found


def letters(stack: str, span: str) -> dict[str, dict[int, int | bytes]]:
    ((_, stack_message),) = fields((glyphs.ASSETS / "glyphs" / stack / f"{span}.pbf").read_bytes())
    assert isinstance(stack_message, bytes)
    found = [dict(fields(body)) for number, body in fields(stack_message) if number == 3 and isinstance(body, bytes)]
    return {chr(int(letter[1])): letter for letter in found}


@pytest.mark.parametrize("stack", sorted(glyphs.STACKS))
class TestTheCommittedLettering:
    def test_holds_what_english_place_names_need(self, stack: str) -> None:
        held = letters(stack, "0-255")
        assert set("ABCXYZabcxyz0123456789 -&'.,()éâ") <= set(held)
        assert {"’", "–"} <= set(letters(stack, "8192-8447"))
        assert "ŵ" in letters(stack, "256-511")

    def test_every_field_is_as_large_as_it_says(self, stack: str) -> None:
        for letter, glyph in letters(stack, "0-255").items():
            if 2 in glyph:
                width, height = int(glyph[3]), int(glyph[4])
                assert len(bytes(glyph[2])) == (width + 6) * (height + 6), letter  # type: ignore[arg-type]

    def test_a_letter_is_dark_inside_and_fades_outside(self, stack: str) -> None:
        glyph = letters(stack, "0-255")["I"]
        bitmap, width = bytes(glyph[2]), int(glyph[3]) + 6  # type: ignore[arg-type]
        height = len(bitmap) // width
        middle = bitmap[height // 2 * width : (height // 2 + 1) * width]
        assert max(middle) > 192 > 128 > middle[0]

    def test_is_what_the_fonts_make_today(self, stack: str) -> None:
        made = glyphs.lettering(stack, glyphs.STACKS[stack], 8192, FONTS)
        assert made == (glyphs.ASSETS / "glyphs" / stack / "8192-8447.pbf").read_bytes()
