import pytest

from rasure.checks.tolerance import differences

TOL = {"abs": 0.01, "rel": 0.1}


class TestDifferences:
    @pytest.mark.parametrize(
        ("expected", "ours"),
        [
            (10, 11.009),
            (None, None),
            (None, [None, None]),
            ("high", "high"),
            (True, True),
            ({"approx": 0.5, "mc_abs": 0.02}, 0.519),
            ({"approx": [[1, 0.1]], "mc_abs": 0.02}, [[0.99, 0.11]]),
            ({"contains": ["not significant"], "not_contains": ["saved"]}, "It is not significant."),
            ({"a": 1}, {"a": 1, "more": 2}),
        ],
    )
    def test_what_the_rules_allow_is_no_difference(self, expected, ours) -> None:
        assert differences(expected, ours, TOL) == []

    @pytest.mark.parametrize(
        ("expected", "ours"),
        [
            (10, 11.02),
            (None, 0),
            (None, []),
            (0, None),
            (1, True),
            (False, 0),
            ("high", "low"),
            (1, "1"),
            ({"approx": 0.5, "mc_abs": 0.02}, 0.53),
            ({"approx": 0.5, "mc_abs": 0.02}, None),
            ({"contains": ["not significant"]}, "It is significant."),
            ({"not_contains": ["saved"]}, "Lives were saved."),
            ({"contains": ["x"]}, 3),
            ([1, 2], [1, 2, 3]),
            ({"a": 1}, {"b": 1}),
            ({"a": 1}, [1]),
        ],
    )
    def test_what_they_do_not_allow_is_one(self, expected, ours) -> None:
        assert differences(expected, ours, TOL) in (["result"], ["result.a"])

    def test_each_place_that_departs_is_named(self) -> None:
        ours = {"rows": [{"n": 1}, {"n": 3}], "p": 0.5}
        expected = {"rows": [{"n": 1}, {"n": 2}], "p": 0.9}
        assert differences(expected, ours, {}) == ["result.rows[1].n", "result.p"]

    def test_without_a_tolerance_numbers_must_all_but_agree(self) -> None:
        assert differences(1.0, 1.0 + 1e-10, {}) == []
        assert differences(1.0, 1.0 + 1e-7, {}) == ["result"]
