"""Workbooks that leave: what they say of themselves, and that every value is what it was and none is a formula."""

import io
import math
import re
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.reports.mark import Mark, mark
from rasure.reports.workbook import workbook
from rasure.services import desk
from rasure.terms import Role, StoreClass
from tests.serving import cells

INSPECTOR = Principal("i-1", 'Smith, "Jo" | =1', Role.INSPECTOR, frozenset({"W", "E"}))


def said(**more: str) -> Mark:
    return mark(
        INSPECTOR,
        desk.admit(INSPECTOR, Action.VIEW_HOT_SPOTS),
        marking="OFFICIAL-SENSITIVE",
        kind=StoreClass.SYNTHETIC,
        code="12-9f3a2c71",
        at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        selection={"as_of": "2026-03-01", "lpa": "", "groups": "robbery\r\n=1+1"},
        **more,
    )


def value(content: object) -> object:
    book = cells(workbook(said(), ["a"], [{"a": content}]))
    return book["Rows"][1][0].value if len(book["Rows"]) > 1 and book["Rows"][1] else None


class TestMark:
    def test_the_line_is_one_line_and_one_cell(self) -> None:
        line = said(reason="crime 1,2", recipient="court\u2028=1").line()
        assert line == (
            "# OFFICIAL-SENSITIVE | Kind of data: Synthetic: no real person or place of crime"
            " | Exported by: Smith Jo =1 (i-1) | Exported at: 2026-03-01 09:30:00 UTC | Export code: 12-9f3a2c71"
            " | Areas: E and W | Selection: as_of 2026-03-01 groups robbery =1+1"
            " | Reason: crime 1 2 | Recipient: court =1"
        )

    @given(st.text(max_size=50))
    def test_nothing_in_it_ends_the_line_or_begins_a_cell(self, text: str) -> None:
        line = said(reason=text).line()
        assert line.isprintable() or not set(line) & set('\r\n\t",;\u2028\u2029')
        assert len(line.splitlines()) == 1


class TestWorkbook:
    def test_the_first_sheet_is_about_the_file(self) -> None:
        book = cells(workbook(said(reason="crime 12"), ["a"], []))
        assert list(book) == ["About this file", "Rows"]
        assert book["About this file"][0][0].value == "OFFICIAL-SENSITIVE"
        facts = {row[0].value: row[1].value for row in book["About this file"][1:]}
        assert facts["Export code"] == "12-9f3a2c71"
        assert facts["Areas"] == "E and W"
        assert facts["Reason"] == "crime 12"
        assert "Recipient" not in facts

    def test_every_printed_page_is_marked(self) -> None:
        book = openpyxl.load_workbook(io.BytesIO(workbook(said(), ["a"], [{"a": 1}])))
        for sheet in book:
            assert sheet.oddHeader.center.text == "OFFICIAL-SENSITIVE"
            assert "12-9f3a2c71" in sheet.oddFooter.right.text
            assert "(i-1)" in sheet.oddFooter.left.text

    @pytest.mark.parametrize("held", [0, -3, 1.5, True, date(2026, 3, 1), None, "O'Neill", "00123", "a\nb"])
    def test_values_stay_what_they_are(self, held: object) -> None:
        kept = value(held)
        assert (kept.date() if isinstance(kept, datetime) else kept) == held

    def test_a_cell_number_keeps_its_last_digit(self) -> None:
        assert value(-123456789012345678) == "-123456789012345678"

    @pytest.mark.parametrize(
        ("held", "shown"), [(math.nan, None), (math.inf, "inf"), ("a\x00b", "a\ufffdb"), ("x" * 40_000, "x" * 32_767)]
    )
    def test_what_a_cell_cannot_hold_is_made_to_fit(self, held: object, shown: object) -> None:
        assert value(held) == shown

    @settings(max_examples=60)
    @given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
    def test_no_text_is_ever_a_formula(self, texts: list[str]) -> None:
        content = workbook(said(), ["a"], [{"a": text} for text in texts])
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            sheets = [packed.read(name).decode() for name in packed.namelist() if "worksheets/" in name]
        assert not any(re.search(r"<f[ >/]", sheet) for sheet in sheets)
        assert "externalLink" not in "".join(zipfile.ZipFile(io.BytesIO(content)).namelist())
        assert all(cell.data_type != "f" for rows in cells(content).values() for row in rows for cell in row)
