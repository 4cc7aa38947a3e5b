from datetime import date, datetime

import pytest

from rasure.ingest.contract import Column, typed
from rasure.ingest.dialect import Chunk


def one(kind: str, value: str, **options: object) -> tuple[object, str | None]:
    """Type a single value; return what it became, or the reason it did not."""
    column = Column("c", kind, **options)  # type: ignore[arg-type]
    found = typed(Chunk([2], {"c": [value]}), [column])
    if found.faults:
        assert found.values.num_rows == 0
        return None, found.faults[0].reason
    return found.values["c"][0].as_py(), None


class TestTyped:
    @pytest.mark.parametrize(
        ("kind", "text", "value"),
        [
            ("month", "2024-02", date(2024, 2, 29)),
            ("month", "2024-12", date(2024, 12, 31)),
            ("date", "2026-03-03", date(2026, 3, 3)),
            ("instant_utc", "2021-04-30T23:00:00+00:00", datetime(2021, 4, 30, 23)),
            ("instant_utc", "2021-04-30T23:00:00Z", datetime(2021, 4, 30, 23)),
            ("local_time", "2026-03-03 21:15", datetime(2026, 3, 3, 21, 15)),
            ("local_time", "2026-03-03T21:15:09", datetime(2026, 3, 3, 21, 15, 9)),
            ("number", "-0.955", -0.955),
            ("integer", "00123", 123),
            ("boolean", "Yes", True),
            ("boolean", "false", False),
            ("text", "00123", "00123"),
            ("option", "knife", "knife"),
        ],
    )
    def test_a_value_that_fits_becomes_itself(self, kind: str, text: str, value: object) -> None:
        assert one(kind, text, options=("knife",)) == (value, None)

    @pytest.mark.parametrize(
        ("kind", "text", "reason"),
        [
            ("month", "2024-13", "impossible_month"),
            ("month", "2024-2", "impossible_month"),
            ("month", "02/2024", "impossible_month"),
            ("date", "2023-02-29", "impossible_date"),
            ("date", "2023-02-30", "impossible_date"),
            ("date", "03/03/2026", "impossible_date"),
            ("date", "1026-03-03", "impossible_date"),
            ("instant_utc", "2021-04-31T23:00:00+00:00", "impossible_time"),
            ("instant_utc", "2021-04-30T24:00:00+00:00", "impossible_time"),
            ("instant_utc", "2021-04-30T23:00:00+01:00", "impossible_time"),
            ("local_time", "2026-03-03 25:15", "impossible_time"),
            ("number", "1e5", "not_a_number"),
            ("number", "NaN", "not_a_number"),
            ("number", "inf", "not_a_number"),
            ("number", "1,5", "not_a_number"),
            ("integer", "1.0", "not_a_whole_number"),
            ("boolean", "maybe", "not_yes_or_no"),
            ("text", "a\x07b", "control_character"),
            ("option", "spoon", "unknown_value"),
        ],
    )
    def test_a_value_that_does_not_fit_is_a_fault_not_a_guess(self, kind: str, text: str, reason: str) -> None:
        assert one(kind, text, options=("knife",)) == (None, reason)

    def test_empty_is_nothing_unless_required(self) -> None:
        assert one("number", "") == (None, None)
        assert one("number", "", required=True) == (None, "missing")

    def test_a_text_over_its_length_is_a_fault(self) -> None:
        assert one("text", "abcd", most_chars=3) == (None, "too_long")

    def test_a_row_with_two_faults_is_counted_once(self) -> None:
        columns = [Column("a", "number"), Column("b", "date")]
        found = typed(Chunk([2, 3], {"a": ["x", "1"], "b": ["y", "2026-01-01"]}), columns)
        assert [(fault.line, fault.column) for fault in found.faults] == [(2, "a")]
        assert found.lines.tolist() == [3]

    def test_no_rows_keep_their_typed_columns(self) -> None:
        found = typed(Chunk([], {"a": []}), [Column("a", "date")])
        assert found.values.num_rows == 0
        assert str(found.values["a"].type) == "date32[day]"
