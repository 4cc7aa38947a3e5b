from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from rasure.errors import InputRejected
from rasure.places.days import ages_days, as_days


class TestAsDays:
    @pytest.mark.parametrize(
        "column",
        [
            ["2025-03-30"],
            [date(2025, 3, 30)],
            pd.Series([datetime(2025, 3, 30, 23, 59)]),
            np.array(["2025-03-30T23:59"], dtype="datetime64[us]"),
        ],
    )
    def test_every_way_of_writing_a_date_gives_the_same_day(self, column: object) -> None:
        assert as_days(column).tolist() == [date(2025, 3, 30)]

    def test_a_time_before_1970_keeps_its_day(self) -> None:
        assert as_days(pd.Series([datetime(1969, 12, 31, 22)])).tolist() == [date(1969, 12, 31)]

    def test_a_missing_date_stays_missing(self) -> None:
        assert np.isnat(as_days(pd.Series([pd.NaT, pd.Timestamp("2025-01-01")]))).tolist() == [True, False]

    @pytest.mark.parametrize("column", [[20250330], ["soon"], [True]])
    def test_what_is_not_a_date_is_refused(self, column: list[object]) -> None:
        with pytest.raises(InputRejected):
            as_days(column)

    @pytest.mark.parametrize(
        "column",
        [
            pd.Series(pd.to_datetime(["2025-03-30T23:30"]).tz_localize("UTC")),
            [datetime(2025, 3, 30, 23, 30, tzinfo=UTC)],
            ["2025-03-30T23:30Z"],
            ["2025-03-30T23:30+00:00"],
        ],
    )
    def test_an_instant_is_refused_as_its_local_date_is_not_known(self, column: object) -> None:
        with pytest.raises(InputRejected):
            as_days(column)

    def test_nothing_gives_nothing(self) -> None:
        assert as_days([]).size == 0


class TestAgesDays:
    def test_yesterday_is_one_and_tomorrow_is_minus_one(self) -> None:
        ages = ages_days(["2025-03-31", "2025-04-01", "2025-04-02"], date(2025, 4, 1))
        assert ages.tolist() == [1, 0, -1]

    def test_a_missing_date_is_not_past(self) -> None:
        assert ages_days([np.datetime64("NaT")], date(2025, 4, 1)).tolist() == [0]
