import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.knox import NearRepeats, knox

EAST, NORTH = [0, 30, 500, 520, 900, 1500, 905], [0, 40, 500, 500, 100, 900, 130]
DAYS = [1, 3, 40, 44, 80, 120, 300]
BANDS = {"space_m": (0, 100, 600), "time_days": (0, 7, 60)}


def near_repeats(e_m, n_m, days, seed: int = 1, **options) -> NearRepeats:
    return knox(e_m, n_m, days, rng=np.random.default_rng(seed), **options)


def counted(e_m, n_m, days, space_m, time_days, norm: int = 2) -> np.ndarray:
    table = np.zeros((len(space_m) - 1, len(time_days) - 1), dtype=int)
    for i, j in itertools.combinations(range(len(days)), 2):
        apart = np.linalg.norm([e_m[i] - e_m[j], n_m[i] - n_m[j]], ord=norm)
        row = np.searchsorted(space_m, apart, side="right") - 1
        column = np.searchsorted(time_days, abs(days[i] - days[j]), side="right") - 1
        if 0 <= row < table.shape[0] and 0 <= column < table.shape[1]:
            table[row, column] += 1
    return table


class TestKnox:
    def test_bands_are_closed_on_the_left_and_open_on_the_right(self) -> None:
        found = near_repeats([0, 0], [0, 100], [0, 3], space_m=(0, 100, 200), time_days=(0, 3, 6), shuffles=9)
        assert found.observed.tolist() == [[0, 0], [0, 1]]

    def test_p_comes_near_that_of_all_5040_relabellings(self) -> None:
        found = near_repeats(EAST, NORTH, DAYS, shuffles=9999, **BANDS)
        every = [counted(EAST, NORTH, days, **BANDS) for days in itertools.permutations(DAYS)]
        exact = np.mean([table >= found.observed for table in every], axis=0)
        assert np.abs(found.p - exact).max() < 0.015

    def test_expected_is_the_mean_over_all_relabellings(self) -> None:
        found = near_repeats(EAST, NORTH, DAYS, shuffles=9, **BANDS)
        every = [counted(EAST, NORTH, days, **BANDS) for days in itertools.permutations(DAYS)]
        assert found.expected == pytest.approx(np.mean(every, axis=0))

    @given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(0, 90)), max_size=25))
    def test_pairs_agree_with_looking_at_every_pair(self, events) -> None:
        east, north, days = [list(part) for part in zip(*events, strict=True)] or [[], [], []]
        for metric, norm in (("euclidean", 2), ("manhattan", 1)):
            found = near_repeats(east, north, days, metric=metric, shuffles=1, **BANDS)
            assert found.observed.tolist() == counted(east, north, days, **BANDS, norm=norm).tolist()

    @given(st.permutations(range(7)))
    def test_the_order_of_events_does_not_matter(self, order) -> None:
        mixed = [[part[i] for i in order] for part in (EAST, NORTH, DAYS)]
        assert np.array_equal(near_repeats(*mixed, shuffles=99).p, near_repeats(EAST, NORTH, DAYS, shuffles=99).p)

    def test_the_same_seed_gives_the_same_answer_and_another_a_near_one(self) -> None:
        one, same = (near_repeats(EAST, NORTH, DAYS, seed=5, **BANDS).p for _ in range(2))
        assert np.array_equal(one, same)
        assert np.abs(one - near_repeats(EAST, NORTH, DAYS, seed=6, **BANDS).p).max() < 0.08

    @pytest.mark.parametrize("n", [0, 1])
    def test_fewer_than_two_events_give_zeros_and_a_p_of_one(self, n: int) -> None:
        found = near_repeats(EAST[:n], NORTH[:n], DAYS[:n])
        assert found.observed.sum() == 0
        assert found.expected.sum() == 0
        assert (found.p == 1).all()
        assert np.isnan(found.ratio).all()

    def test_q_is_never_under_p(self) -> None:
        found = near_repeats(EAST, NORTH, DAYS, **BANDS)
        assert (found.q >= found.p - 1e-12).all()

    @pytest.mark.parametrize("edges", [(0,), (0, 0), (5, 1), (-1, 3), (0, float("nan"))])
    def test_bands_that_do_not_rise_are_refused(self, edges) -> None:
        with pytest.raises(InputRejected):
            near_repeats(EAST, NORTH, DAYS, space_m=edges)

    @pytest.mark.parametrize("options", [{"metric": "taxi"}, {"shuffles": 0}])
    def test_options_that_are_not_offered_are_refused(self, options) -> None:
        with pytest.raises(InputRejected):
            near_repeats(EAST, NORTH, DAYS, **options)

    def test_an_event_without_a_place_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            near_repeats([float("nan")], [0], [0])

    def test_too_many_pairs_for_memory_are_refused_before_they_are_made(self) -> None:
        with pytest.raises(InputRejected):
            near_repeats(np.zeros(10_000), np.zeros(10_000), np.zeros(10_000))
