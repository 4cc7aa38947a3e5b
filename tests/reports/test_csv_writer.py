import csv
import io

import pytest

from rasure.reports.csv_writer import write


def cell(value: object) -> str:
    out = io.StringIO()
    write(out, ["a"], [{"a": value}])
    return list(csv.reader(io.StringIO(out.getvalue())))[1][0]


class TestWrite:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
    def test_no_cell_can_run_as_a_formula(self, text: str) -> None:
        assert cell(text) == f"'{text}"

    def test_a_carriage_return_neither_runs_nor_breaks_the_row(self) -> None:
        assert cell("\r=1") == "'\n=1"

    @pytest.mark.parametrize("text", ["O'Neill", "00123", "Null", "a=b", "-123456789012345678"])
    def test_harmless_text_is_kept_as_it_is(self, text: str) -> None:
        assert cell(text) == text

    def test_nothing_is_an_empty_cell_and_numbers_stay_numbers(self) -> None:
        assert (cell(None), cell(-1.5)) == ("", "-1.5")
