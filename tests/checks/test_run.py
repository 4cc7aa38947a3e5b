import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from rasure.checks.run import OPERATIONS, run_case, run_file
from rasure.errors import InputRejected, Unavailable
from rasure.places import alerts, aoristic, concentration, control_charts, fdr, gistar, grid, kde, knox, ranking, shrink

ROOT = Path(__file__).parents[2]
OURS = sorted((ROOT / "data" / "checks").glob("*.json"))
PUBLIC = ROOT.parent / "shared" / "data" / "oracles"
FAMILIES = ("places", "time", "near_repeat", "trend", "people")


def reds(name: str) -> set[str]:
    return {str(row["id"]) for row in run_file(ROOT / "data" / "checks" / name, compare=True) if not row["ok"]}


def result(op: object, **inputs: object) -> dict:
    found = run_case({"id": "x", "op": op, "inputs": inputs})["result"]
    assert isinstance(found, dict)
    json.dumps(found, allow_nan=False)
    return found


def case_file(folder: Path, *cases: object) -> Path:
    file = folder / "cases.json"
    file.write_text(json.dumps({"cases": list(cases)}), encoding="utf-8")
    return file


class TestOurOwnCases:
    @pytest.mark.parametrize("file", OURS, ids=lambda file: file.stem)
    def test_every_published_and_hand_worked_figure_is_met(self, file: Path) -> None:
        rows = list(run_file(file, compare=True))
        assert rows
        assert [(row["id"], row["differ"]) for row in rows if not row["ok"]] == []

    @pytest.mark.parametrize("file", OURS, ids=lambda file: file.stem)
    def test_every_case_names_its_authority_and_source(self, file: Path) -> None:
        cases = json.loads(file.read_text(encoding="utf-8"))["cases"]
        assert all(case["authority"] and case["source"] for case in cases)
        assert len({case["id"] for case in cases}) == len(cases)

    def test_every_operation_has_a_case(self) -> None:
        cases = [case for file in OURS for case in json.loads(file.read_text(encoding="utf-8"))["cases"]]
        assert {case["op"] for case in cases} == set(OPERATIONS)


@pytest.mark.real_data
class TestPublicCases:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_every_public_case_is_met(self, family: str) -> None:
        file = PUBLIC / f"{family}.json"
        if not file.is_file():
            pytest.skip("the public cases are not beside this copy of the project")
        rows = list(run_file(file, compare=True))
        assert rows
        assert [(row["id"], row["differ"]) for row in rows if not row["ok"]] == []


class TestABrokenStatisticTurnsACaseRed:
    def test_bonferroni_for_benjamini_hochberg(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fdr, "adjusted", lambda p: np.minimum(np.asarray(p) * np.size(p), 1.0))
        assert "bh-fifteen" in reds("places.json")

    def test_rounding_q_and_r_without_the_third_axis(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(grid, "_rounded", lambda q, r: (np.rint(q).astype(int), np.rint(r).astype(int)))
        assert reds("places.json") == {"hexagon-of-139-metres"}

    def test_counting_the_day_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ranking, "_counts", lambda days, as_of, *_: days <= np.datetime64(as_of))
        assert "one-half-life-weighs-one-half" in reds("places.json")

    def test_the_plain_gini_for_the_sparse_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(concentration, "gini_sparse", concentration.gini)
        assert reds("places.json") == {"gini-lorenzgini-sparse"}

    def test_the_normal_tail_for_the_exact_share(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gistar, "_share_at_least", lambda x, size, sums, *_: stats.norm.sf(sums - size * x.mean()))
        assert "gi-four-cells" in reds("places.json")

    def test_a_kernel_without_its_square(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kde.np, "square", np.abs)
        assert "kde-closed-form" in reds("places.json")

    def test_clock_time_for_elapsed_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = aoristic._hour_of_week
        monkeypatch.setattr(aoristic, "_hour_of_week", lambda at, zone: (plain(at, zone) - 1) % 168)
        assert {"clocks-forward", "clocks-back"} <= reds("times.json")

    def test_a_prior_counted_once_too_often(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = shrink.shrink_profile
        monkeypatch.setattr(shrink, "shrink_profile", lambda counts, prior, n: plain(counts, prior, n + 1))
        assert reds("times.json") == {"profile-of-ten-events"}

    def test_bands_open_on_the_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = np.searchsorted
        monkeypatch.setattr(knox.np, "searchsorted", lambda a, v, **_: plain(a, v))
        assert "bands-closed-left-open-right" in reds("near_repeats.json")

    def test_a_poisson_forecast_for_uneven_weeks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = alerts._forecast
        monkeypatch.setattr(alerts, "_forecast", lambda mean, _, n: plain(mean, 1.0, n))
        assert reds("trends.json") == {"weekly-alert-uneven-baseline"}

    def test_a_cusum_that_may_fall_below_nought(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(control_charts, "_cumulated", np.cumsum)
        assert reds("trends.json") == {"nist-cusum"}


class TestRunFile:
    def test_a_case_gives_its_id_its_operation_and_its_result(self, tmp_path: Path) -> None:
        case = {"id": "one", "op": "fdr.bh", "inputs": {"p": [0.5]}}
        assert list(run_file(case_file(tmp_path, case))) == [{"id": "one", "op": "fdr.bh", "result": {"q": [0.5]}}]

    def test_comparing_sets_what_was_expected_beside_it(self, tmp_path: Path) -> None:
        case = {"id": "one", "op": "fdr.bh", "inputs": {"p": [0.5]}, "expect": {"q": [0.4]}, "tol": {"abs": 0.01}}
        (row,) = run_file(case_file(tmp_path, case), compare=True)
        assert (row["expected"], row["ours"], row["ok"]) == ({"q": [0.4]}, {"q": [0.5]}, False)
        assert row["differ"] == ["result.q[0]"]

    def test_a_case_without_an_expectation_is_neither_right_nor_wrong(self, tmp_path: Path) -> None:
        (row,) = run_file(case_file(tmp_path, {"op": "fdr.bh", "inputs": {"p": []}}), compare=True)
        assert row["ok"] is None

    def test_an_expected_refusal_can_be_met(self, tmp_path: Path) -> None:
        case = {"op": "fdr.bh", "inputs": {}, "expect": {"error": "missing_p"}}
        assert next(run_file(case_file(tmp_path, case), compare=True))["ok"]

    def test_one_bad_case_does_not_stop_the_next(self, tmp_path: Path) -> None:
        rows = list(run_file(case_file(tmp_path, 3, {"op": "fdr.bh", "inputs": {"p": [1]}})))
        assert [row["result"] for row in rows] == [{"error": "bad_case"}, {"q": [1.0]}]

    def test_a_table_beside_the_file_fills_the_inputs(self, tmp_path: Path) -> None:
        (tmp_path / "points.csv").write_text("east,north,day\n0,0,2025-01-01\n0,100,2025-01-04\n")
        inputs = {
            "data_file": "points.csv",
            "columns": {"x": "east", "y": "north", "t": "day"},
            "space": [0, 100, 200],
            "time": [0, 3, 6],
            "permutations": 9,
        }
        (row,) = run_file(case_file(tmp_path, {"op": "knox", "inputs": inputs}))
        assert row["result"]["observed"] == [[0, 0], [0, 1]]

    @pytest.mark.parametrize("name", ["../points.csv", "/etc/hostname", "missing.csv", "", 5, "a\0b"])
    def test_no_table_outside_the_folder_can_be_named(self, tmp_path: Path, name: object) -> None:
        (tmp_path / "points.csv").write_text("x\n1\n")
        (tmp_path / "inner").mkdir()
        case = {"op": "knox", "inputs": {"data_file": name, "columns": {"x": "x"}}}
        (row,) = run_file(case_file(tmp_path / "inner", case))
        assert row["result"] == {"error": "bad_data_file"}

    @pytest.mark.parametrize("columns", [None, {}, {"x": "nowhere"}, {"x": 3}, ["x"]])
    def test_columns_that_are_not_there_are_refused(self, tmp_path: Path, columns: object) -> None:
        (tmp_path / "points.csv").write_text("x\n1\n")
        case = {"op": "knox", "inputs": {"data_file": "points.csv", "columns": columns}}
        (row,) = run_file(case_file(tmp_path, case))
        assert row["result"] == {"error": "bad_columns"}

    def test_a_file_that_is_not_there_is_unavailable(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable):
            list(run_file(tmp_path / "none.json"))

    @pytest.mark.parametrize("content", ["", "[1, 2]", '{"cases": 3}', "\ud83d".encode("utf-16", "surrogatepass")])
    def test_a_file_that_is_no_case_file_is_refused(self, tmp_path: Path, content: str | bytes) -> None:
        file = tmp_path / "cases.json"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(InputRejected):
            list(run_file(file))


class TestEdgesOfTheMethods:
    def test_another_familys_operation_is_unknown(self) -> None:
        assert result("no.such.operation") == {"error": "unknown_op"}

    @pytest.mark.parametrize("op", [None, 3, ["knox"], {}])
    def test_what_is_no_name_is_unknown(self, op: object) -> None:
        assert result(op) == {"error": "unknown_op"}

    def test_harm_not_known_leaves_the_count(self) -> None:
        found = result("score.decay", as_of="2025-04-01", events=[{"date": "2025-03-31", "harm": None}])
        assert (found["n"], found["harm_score"]) == (1, None)

    def test_no_events_score_nought(self) -> None:
        found = result("score.decay", as_of="2025-04-01", events=[])
        assert (found["n"], found["score"], found["harm_score"]) == (0, 0.0, 0.0)

    def test_a_zone_in_a_time_is_obeyed(self) -> None:
        rows = result("opday", tz="Europe/London", times=["2025-06-01T05:30:00Z"])["rows"]
        assert rows == [{"op_date": "2025-06-01", "weekday": 6, "hour": 6, "band": "day"}]

    def test_no_incidents_have_no_hours(self) -> None:
        found = result("aoristic", tz="UTC", events=[])
        assert (found["nonzero"], found["total"]) == ([], 0.0)

    def test_more_than_twenty_windows_take_random_flips(self) -> None:
        assert result("compare.windows", a=list(range(25)), b=[0] * 25)["p"] == pytest.approx(1e-4)

    def test_a_reference_value_that_is_no_simple_fraction_is_simulated(self) -> None:
        assert result("cusum.arl", mean=4, k=math.pi + 1, h=2)["method"] == "simulation"

    def test_backtests_without_methods_have_no_windows(self) -> None:
        assert result("backtest", events=[], cuts=["2024-01-01"], k=1, methods=[])["windows"] == []


class TestHostileInputs:
    @pytest.mark.parametrize(
        ("op", "inputs", "error"),
        [
            ("grid.hex", {"side": 0, "points": []}, "bad_side"),
            ("grid.hex", {"side": 139, "points": [[1, 2, 3]]}, "bad_points"),
            ("grid.hex", {"side": 139, "points": [[math.nan, 2]]}, "bad_points"),
            ("grid.hex", {"side": 1e-9, "points": [[4e5, 2e5]]}, "bad_points"),
            ("score.decay", {"as_of": "2025-02-30", "events": []}, "bad_as_of"),
            ("score.decay", {"events": []}, "missing_as_of"),
            ("score.decay", {"as_of": "2025-02-20", "events": [{"harm": 1}]}, "missing_date"),
            ("score.decay", {"as_of": "2025-02-20", "events": [{"date": 20250101}]}, "bad_date"),
            ("score.decay", {"as_of": "2025-02-20", "events": [3]}, "not_an_object"),
            ("concentration", {"counts": [1, -1]}, "bad_counts"),
            ("concentration", {"counts": "12"}, "bad_counts"),
            ("concentration", {"counts": [1], "shares": [2]}, "bad_shares"),
            ("institution.flag", {"events": [{"cell": 1}, {"cell": "a"}]}, "mixed_cell"),
            ("select.cells", {"rule": {"mode": "best"}, "cells": []}, "bad_mode"),
            ("select.cells", {"rule": {"mode": "top_n", "n": -1}, "cells": []}, "bad_n"),
            ("gistar", {"values": [1, 2], "neighbours": [[1]]}, "unequal_lengths"),
            ("gistar", {"values": [1, 2], "neighbours": [[0], [0]]}, "bad_neighbours"),
            ("gistar", {"values": [1, 2], "neighbours": [[True], [0]]}, "bad_neighbours"),
            ("fdr.bh", {"p": [1.1]}, "bad_p"),
            ("kde.quartic", {"points": [[0, 0]], "weights": [], "bandwidth": 1, "at": []}, "unequal_lengths"),
            ("accuracy", {"k": 2, "score": [1], "test": [1], "area": [1], "train": [1]}, "bad_k"),
            ("accuracy", {"k": 1, "score": [], "test": [], "area": [], "train": []}, "no_cells"),
            ("compare.windows", {"a": [], "b": []}, "no_windows"),
            ("compare.paired_events", {"only_a": 1.5, "only_b": 1}, "bad_only_a"),
            ("backtest", {"events": [[1, 2]], "cuts": [], "k": 1, "methods": []}, "bad_events"),
            ("stability", {"sets": [["a"], [1]]}, "mixed_sets"),
            ("opday", {"tz": "Mars/Olympus", "times": []}, "bad_tz"),
            ("opday", {"tz": "../etc/passwd", "times": []}, "bad_tz"),
            ("opday", {"day_start": "25:00", "times": []}, "bad_day_start"),
            ("aoristic", {"events": [["2024-01-01T00:00"]]}, "bad_events"),
            ("aoristic", {"events": [[None, "2024-01-01T00:00"]]}, "bad_events"),
            ("shrink.profile", {"counts": [1], "prior": [0.5]}, "bad_prior"),
            ("shrink.rate", {"events": [1], "exposure": [0]}, "bad_exposure"),
            ("knox", {"x": [1], "y": [1, 2], "t": [1], "space": [0, 1], "time": [0, 1]}, "unequal_lengths"),
            ("knox", {"x": [1], "y": [1], "t": [True], "space": [0, 1], "time": [0, 1]}, "bad_t"),
            ("knox", {"x": [], "y": [], "t": [], "space": [1, 0], "time": [0, 1]}, "bad_space"),
            ("rates.compare", {"k1": -1, "n1": 1, "k2": 1, "n2": 1}, "bad_k1"),
            ("rates.compare", {"k1": 10**400, "n1": 1, "k2": 1, "n2": 1}, "bad_k1"),
            ("rates.compare", {"k1": 1, "n1": 0, "k2": 1, "n2": 1}, "bad_n1"),
            ("rates.compare", {"k1": 1, "n1": 1, "k2": 1, "n2": 1, "level": 1}, "bad_level"),
            ("alert.weekly", {"baseline": [1.5] * 9, "current": 1}, "bad_baseline"),
            ("chart.ewma", {"y": [1], "mean": 0, "sd": 1, "weight": 0}, "bad_weight"),
            ("chart.ewma", {"y": [1], "mean": 0, "sd": 1, "limits": "wide"}, "bad_limits"),
            ("chart.cusum", {"y": [math.inf], "target": 0, "k": 0, "h": 0}, "bad_y"),
            ("cusum.arl", {"mean": -1, "k": 1, "h": 1}, "bad_mean"),
        ],
    )
    def test_a_short_name_says_what_is_wrong(self, op: str, inputs: dict, error: str) -> None:
        assert result(op, **inputs)["error"] == error

    @pytest.mark.parametrize("op", sorted(OPERATIONS))
    @pytest.mark.parametrize("inputs", [None, [], "x", 3, {}, {"data_file": "x.csv"}])
    def test_inputs_of_the_wrong_kind_never_break_out(self, op: str, inputs: object) -> None:
        found = run_case({"id": 1, "op": op, "inputs": inputs})["result"]
        assert set(found) == {"error"}

    @pytest.mark.parametrize("odd", [None, True, "", "x", -1, 1e308, math.nan, [], [None], {}, 10**400])
    @pytest.mark.parametrize("file", OURS, ids=lambda file: file.stem)
    def test_any_value_put_in_the_place_of_another_gives_a_result_or_a_reason(self, file: Path, odd: object) -> None:
        for case in json.loads(file.read_text(encoding="utf-8"))["cases"]:
            if len(str(case)) > 2_000:
                continue
            for name in case["inputs"]:
                found = run_case({"op": case["op"], "inputs": {**case["inputs"], name: odd}})["result"]
                assert found.get("error") != "cannot_compute", (case["id"], name)
                json.dumps(found, allow_nan=False)
