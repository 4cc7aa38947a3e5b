"""The plain rule: tracks whose answer geometry gives, and what must not move a figure."""

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.patrol import ground
from rasure.patrol.visits import Rule, visits
from tests.patrol import oracle
from tests.patrol.places import Area, worked_out

#: 460 m wide; grown by 20 m on each side, its chord is 500 m, which takes 30 s at 60 km/h.
PLACE = shapely.box(470_020.0, 175_000.0, 470_480.0, 175_100.0)
PIECES = ground.pieces([shapely.get_coordinates(PLACE.exterior)[:-1]])
SPEED_M_S, CHORD_S = 60.0 / 3.6, 30.0


def found(track: pd.DataFrame, pieces: np.ndarray = PIECES) -> pd.DataFrame:
    return visits(track, ground.holds(pieces, track["e_m"], track["n_m"]))


def drive(every_s: int, phase_s: float) -> pd.DataFrame:
    """Drive through the middle at 60 km/h, reporting every so many seconds."""
    t_s = np.arange(-600.0, 600.0, every_s) + phase_s
    return pd.DataFrame({"t_s": t_s, "e_m": 470_000.0 + SPEED_M_S * t_s, "n_m": 175_050.0})


class TestAnalyticTracks:
    def test_a_pass_at_a_ping_a_second_scores_what_geometry_says(self) -> None:
        (row,) = found(drive(1, 0.0)).itertuples(index=False)
        assert row.ended_s - row.started_s == CHORD_S
        assert (row.vehicle_s, row.category, row.unseen_before_s, row.unseen_after_s) == (CHORD_S, "pass", 1.0, 1.0)

    @pytest.mark.parametrize("every_s", [1, 5, 15, 30, 60])
    def test_the_band_of_every_ping_rate_holds_the_truth(self, every_s: int) -> None:
        seen = 0
        for phase_s in np.arange(0.0, every_s, 0.25):
            for row in found(drive(every_s, phase_s)).itertuples(index=False):
                seen += 1
                length_s = row.ended_s - row.started_s
                assert length_s <= CHORD_S <= length_s + row.unseen_before_s + row.unseen_after_s
                assert length_s + row.unseen_before_s + row.unseen_after_s - length_s == 2 * every_s
        assert seen >= (2 if every_s > CHORD_S else 4 * every_s)

    def test_the_store_scores_the_same_pass(self) -> None:
        pass_by = [(second, 4_700_000 + round(second * SPEED_M_S * 10), 1_750_500) for second in range(-60, 120)]
        rows = worked_out({"H": [Area(polygon=PLACE)]}, {"A": pass_by}).rows(
            "select epoch(ended_at - started_at), vehicle_s, category, unseen_before_s, unseen_after_s from visit"
        )
        assert rows == [(30.0, 30, "pass", 1, 1)]

    def test_jitter_across_the_edge_is_one_visit_and_its_excursions_are_unknown(self) -> None:
        t_s = np.arange(0.0, 901.0, 10.0)
        e_m = np.where(np.arange(len(t_s)) % 3 == 1, 469_999.0, 470_001.0)
        (row,) = found(pd.DataFrame({"t_s": t_s, "e_m": e_m, "n_m": 175_050.0})).itertuples(index=False)
        assert row.ended_s - row.started_s == 900.0
        assert (row.unknown_s, row.still_s, row.category) == (600.0, 300.0, "short")

    def test_a_track_that_begins_and_ends_inside_is_open_at_both_ends(self) -> None:
        track = pd.DataFrame({"t_s": [0.0, 60.0], "e_m": 470_200.0, "n_m": 175_050.0})
        (row,) = found(track).itertuples(index=False)
        assert math.isnan(row.unseen_before_s)
        assert math.isnan(row.unseen_after_s)

    def test_no_position_inside_gives_no_rows(self) -> None:
        empty = found(pd.DataFrame({"t_s": [0.0], "e_m": [0.0], "n_m": [0.0]}))
        assert len(empty) == 0
        assert {"started_s", "category", "unseen_after_s"} <= set(empty.columns)

    def test_a_stricter_rule_for_excursions_than_for_silence_never_turns_round(self) -> None:
        track = pd.DataFrame({"t_s": [0.0, 50.0, 100.0], "e_m": [470_200.0, 0.0, 470_200.0], "n_m": 175_050.0})
        is_inside = [True, False, True]
        assert len(visits(track, is_inside, Rule(most_gap_s=60.0, most_excursion_s=120.0))) == 2


@given(st.data())
@settings(max_examples=40)
def test_it_gives_what_the_oracle_gives_whatever_the_order(data: st.DataObject) -> None:
    places = st.sampled_from([(4_702_000, 1_750_500), (4_702_000, 1_750_600), (4_600_000, 1_750_500)])
    steps = data.draw(
        st.lists(st.tuples(st.sampled_from([0, 1, 60, 120, 121, 300, 301]), places), min_size=1, max_size=40)
    )
    second, fixes = 0, []
    for gap, at in steps:
        second += gap
        fixes.append((second, *at))
    mixed = data.draw(st.permutations(fixes + fixes[:3]))
    track = pd.DataFrame(mixed, columns=["t_s", "e_m", "n_m"]) / [1.0, 10.0, 10.0]
    rings = [[(int(e * 1000), int(n * 1000)) for e, n in shapely.get_coordinates(PLACE.exterior)[:-1]]]
    rows = found(track).astype(object)
    listed = [oracle.Visit(**row) for row in rows.where(rows.notna(), None).to_dict("records")]
    assert listed == oracle.visits(fixes, [rings])


class TestGround:
    def test_squares_and_edges_hold_what_the_outline_holds(self) -> None:
        rng = np.random.default_rng(3)
        turns, reach = np.linspace(0.0, 6.0, 11), rng.uniform(20.0, 150.0, 11)
        star = np.column_stack([470_000.0 + reach * np.cos(turns), 175_000.0 + reach * np.sin(turns)])
        pieces = ground.pieces([np.round(star, 3)])
        squares = ground.squares(pieces)
        places = list(zip(squares.east.tolist(), squares.north.tolist(), strict=True))
        assert len(set(places)) == len(places)
        near = {place: (edge, set()) for place, edge in zip(places, squares.is_edge.tolist(), strict=True)}
        listed = list(near.values())
        for square, piece in squares.edges.tolist():
            listed[square][1].add(piece)
        points = np.round(rng.uniform([469_800, 174_800], [470_200, 175_200], size=(20_000, 2)), 1)
        inside = ground.holds(pieces, *points.T)
        for (e, n), said in zip(points, inside.tolist(), strict=True):
            is_edge, own = near.get((int(e // 10), int(n // 10)), (False, None))
            if own is None:
                assert not said
            elif not is_edge:
                assert said
            else:
                distances = [ground.reach_m(pieces[[piece]], np.array([e]), np.array([n]))[0] for piece in own]
                assert said == (min(np.abs(distances)) <= 20.0 + 1e-6)

    def test_a_yard_left_out_is_outside_beyond_the_margin(self) -> None:
        polygon = shapely.box(0, 0, 200, 200).difference(shapely.box(50, 50, 150, 150))
        pieces = ground.pieces(ground.rings_of(shapely.to_wkb(polygon)))
        assert ground.holds(pieces, [100.0, 100.0, 60.0, 20.0], [100.0, 70.0, 100.0, 20.0]).tolist() == [
            False,
            True,
            True,
            True,
        ]

    @pytest.mark.parametrize(
        "wkb", [b"", b"\x01\x03", shapely.to_wkb(shapely.Point(1, 2)), shapely.to_wkb(shapely.box(0, 0, 1, 1))[:-3]]
    )
    def test_bytes_that_are_no_polygon_are_refused(self, wkb: bytes) -> None:
        with pytest.raises(InputRejected, match="well-known bytes of one flat polygon"):
            ground.rings_of(wkb)

    @pytest.mark.parametrize("ring", [[], [(0.0, 0.0), (1.0, 1.0)], [(0.0, 0.0), (1.0, 1.0), (math.nan, 0.0)]])
    def test_a_ring_needs_three_corners(self, ring: list[tuple[float, float]]) -> None:
        with pytest.raises(InputRejected, match="at least three corners"):
            ground.pieces([ring])

    def test_a_very_long_thin_outline_stays_affordable(self) -> None:
        squares = ground.squares(ground.pieces([[(0.0, 0.0), (12_000.0, 10_000.0), (12_000.0, 10_010.0), (0.0, 10.0)]]))
        assert 6_000 < len(squares.east) < 12_000
