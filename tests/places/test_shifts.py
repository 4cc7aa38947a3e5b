import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from rasure.errors import InputRejected
from rasure.places.shifts import best_by_weekday, best_every_day, best_of_week


def week(**hours: float) -> np.ndarray:
    """Return a week with weight in the hours named: d5h21=3 is Saturday 21:00."""
    found = np.zeros((7, 24))
    for name, weight in hours.items():
        day, hour = name.removeprefix("d").split("h")
        found[int(day), int(hour)] = weight
    return found


class TestBestOfWeek:
    def test_it_wraps_from_sunday_to_monday_and_says_its_part_of_the_week(self) -> None:
        found = best_of_week(week(d6h23=3, d0h0=2, d2h5=4), 2, 9)
        assert found is not None
        assert (found.weekday, found.hour, found.weight) == (6, 23, 5.0)
        assert found.of_the_week == pytest.approx(2 / 168)

    def test_the_interval_is_wilsons_on_the_effective_number(self) -> None:
        found = best_of_week(week(d4h21=30, d1h3=70), 8, 50)
        assert found is not None
        assert found.share == pytest.approx(0.7)
        assert found.interval == pytest.approx(proportion_confint(35, 50, method="wilson"))

    def test_fewer_effective_incidents_make_it_wider(self) -> None:
        narrow, wide = (best_of_week(week(d4h21=30, d1h3=70), 8, n) for n in (100, 40))
        assert narrow and wide
        assert wide.interval[1] - wide.interval[0] > narrow.interval[1] - narrow.interval[0]

    def test_no_weight_has_no_shift(self) -> None:
        assert best_of_week(np.zeros((7, 24)), 8, 0) is None
        assert best_every_day(np.zeros((7, 24)), 8, 0) is None
        assert best_by_weekday(np.zeros((7, 24)), 8, 0) == []


class TestByWeekday:
    def test_each_weekday_has_its_own_that_may_run_into_the_next(self) -> None:
        found = best_by_weekday(week(d4h23=5, d5h1=5, d1h10=2), 4, 12)
        assert [shift.weekday for shift in found] == list(range(7))
        assert (found[4].hour, found[4].weight) == (22, 10.0)
        assert (found[1].hour, found[1].weight) == (7, 2.0)

    @given(st.lists(st.floats(0, 50), min_size=168, max_size=168), st.sampled_from([4, 8, 12]))
    def test_the_best_of_them_is_the_best_of_the_week(self, weights: list[float], hours: int) -> None:
        table = np.array(weights).reshape(7, 24)
        best = best_of_week(table, hours, 10)
        if best is not None:
            assert max(shift.weight for shift in best_by_weekday(table, hours, 10)) == pytest.approx(best.weight)


class TestEveryDay:
    def test_it_adds_the_days_up(self) -> None:
        found = best_every_day(week(d0h22=1, d3h22=1, d5h23=4, d5h9=5), 2, 11)
        assert found is not None
        assert (found.weekday, found.hour, found.weight, found.share) == (None, 22, 6.0, pytest.approx(6 / 11))
        assert found.of_the_week == pytest.approx(2 / 24)

    def test_past_midnight_it_takes_the_next_day(self) -> None:
        found = best_every_day(week(d6h23=2, d0h0=2), 2, 4)
        assert found is not None
        assert (found.hour, found.weight) == (23, 4.0)


@pytest.mark.parametrize("hours", [0, 25])
def test_a_shift_fits_into_a_day(hours: int) -> None:
    with pytest.raises(InputRejected):
        best_by_weekday(np.ones((7, 24)), hours, 1)
