from datetime import date

import pytest

from rasure.web import text


class TestShare:
    @pytest.mark.parametrize(
        ("part", "whole", "said"),
        [
            (31, 100, "31 %"),
            (42, 1000, "4.2 %"),
            (5, 10_000, "0.05 %"),
            (0, 10, "0.00 %"),
            (10, 10, "100 %"),
            (1607, 1615, "over 99 %"),
            (985, 1000, "98 %"),
        ],
    )
    def test_it_has_the_places_it_can_bear_and_never_rounds_to_all(self, part: int, whole: int, said: str) -> None:
        assert text.share(part, whole) == said


class TestPlain:
    @pytest.mark.parametrize(
        "payload", ["![x](https://evil.example/a.png)", "**bold**", "<b>", ":red[x]", "[a](b)", "`c`"]
    )
    def test_record_text_neither_styles_nor_fetches(self, payload: str) -> None:
        escaped = text.plain(payload)
        assert escaped.replace("\\", "") == payload
        assert all(f"\\{mark}" in escaped for mark in payload if mark in "![]()*<>`:")


def test_a_date_is_written_as_people_write_it() -> None:
    assert text.day(date(2026, 3, 3)) == "3 March 2026"


@pytest.mark.parametrize(("value", "said"), [(1, "one"), (9, "nine"), (10, "10"), (2940, "2,940")])
def test_small_numbers_are_words(value: int, said: str) -> None:
    assert text.number(value) == said


def test_a_count_carries_its_noun() -> None:
    assert (text.counted(1, "offence"), text.counted(2, "offence")) == ("1 offence", "2 offences")
