"""Tables as workbooks: a sheet about the file, a sheet of rows, every text a text and never a formula."""

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rasure.reports.csv_writer import inert
from rasure.reports.mark import Mark

#: A spreadsheet keeps fifteen digits of a number; a longer one (a cell identifier) leaves as text.
_MOST_EXACT = 10**15
#: What a cell and a sheet of the format can hold.
_LONGEST = 32_767
MOST_ROWS = 1_048_575
#: Characters the format cannot hold.
_NO_CHARACTERS = dict.fromkeys({*range(32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)} - {9, 10}, "\ufffd")
_WIDEST = 60


def workbook(mark: Mark, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return an XLSX file: `About this file`, then `Rows` under its header, both marked in print."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    about = _sheet(book, "About this file", mark, widths=(18, 90))
    about.append([_cell(about, mark.marking, is_bold=True)])
    for name, value in mark.facts:
        about.append([_cell(about, name), _cell(about, value)])
    sheet = _sheet(book, "Rows", mark, widths=[min(_WIDEST, max(12, len(name) + 2)) for name in columns])
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.append([_cell(sheet, name, is_bold=True) for name in columns])
    for row in rows:
        sheet.append([_cell(sheet, row.get(name)) for name in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Any, title: str, mark: Mark, widths: Sequence[int]) -> Any:
    """Return a sheet that prints its marking above and its code below every page."""
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    facts = dict(mark.facts)
    sheet.oddHeader.center.text = _printed(mark.marking)
    sheet.oddFooter.left.text = _printed(f"{facts['Exported by']} {facts['Exported at']}")
    sheet.oddFooter.right.text = _printed(facts["Export code"])
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return sheet


def _cell(sheet: Any, value: Any, *, is_bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    kept = _kept(value)
    cell = WriteOnlyCell(sheet, value=kept)
    if isinstance(kept, str):
        cell.data_type = "s"
    if is_bold:
        cell.font = Font(bold=True)
    return cell


def _kept(value: Any) -> Any:
    """Return a value a cell can hold: numbers and days as such, everything else as inert text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _MOST_EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return inert(str(value)).translate(_NO_CHARACTERS)[:_LONGEST]


def _printed(text: str) -> str:
    """Return text for the margin of a printed page, where & begins an instruction."""
    return text.replace("&", "&&")[:120]
