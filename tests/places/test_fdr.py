import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.fdr import adjusted

FIFTEEN = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0,
]


class TestAdjusted:
    def test_the_example_of_1995_has_four_findings_at_five_per_cent(self) -> None:
        assert (adjusted(FIFTEEN) <= 0.05).sum() == 4

    def test_the_fourth_is_its_p_times_fifteen_over_four(self) -> None:
        assert adjusted(FIFTEEN)[3] == pytest.approx(0.0095 * 15 / 4)

    @given(st.permutations(range(15)))
    def test_each_p_keeps_its_q_whatever_the_order(self, order) -> None:
        mixed = adjusted(np.asarray(FIFTEEN)[list(order)])
        assert np.array_equal(mixed, adjusted(FIFTEEN)[list(order)])

    def test_a_table_keeps_its_shape(self) -> None:
        assert adjusted(np.ones((3, 4))).shape == (3, 4)

    def test_nothing_gives_nothing(self) -> None:
        assert adjusted([]).size == 0

    @pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
    def test_what_is_no_p_value_is_refused(self, bad: float) -> None:
        with pytest.raises(InputRejected):
            adjusted([0.5, bad])
