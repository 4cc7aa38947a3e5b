"""Doubted positions: what no honest receiver does is found, and what honest ones do is left alone."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.patrol.flags import Doubt, DoubtRule, doubts
from rasure.patrol.positions import Positions

START_S = 1_780_000_000.0


def track(
    minutes: float = 20.0,
    *,
    every_s: float = 10.0,
    officer: int = 0,
    device: int = 0,
    at: tuple[float, float] = (470_000.0, 175_000.0),
    is_app: bool = True,
    noise_m: float = 2.0,
    start_s: float = START_S,
    delay_s: float = np.nan,
) -> Positions:
    """Walk about a point with a receiver's noise, whole seconds, accuracies that change."""
    count = int(minutes * 60 / every_s) + 1
    rng = np.random.default_rng(device + 10 * officer)
    e_m, n_m = (centre + np.round(rng.normal(0, noise_m, size=count), 1) for centre in at)
    t_s = start_s + np.arange(count) * every_s
    accuracy = rng.integers(3, 15, size=count).astype(float)
    return Positions(
        *(np.full(count, number) for number in (officer, device)),
        *(t_s, e_m, n_m, accuracy, np.full(count, is_app), t_s + delay_s),
    )


def joined(*tracks: Positions) -> Positions:
    """Put tracks together in the order the rules want."""
    whole = Positions(*(np.concatenate([_parts(one)[name] for one in tracks]) for name in _parts(tracks[0])))
    return whole.of(np.lexsort((whole.t_s, whole.device, whole.officer)))


def reasons(seen: Positions, rule: DoubtRule | None = None) -> set[str]:
    return {str(reason) for reason in doubts(seen, rule=rule) if reason is not None}


class TestAnHonestTrack:
    def test_nothing_of_it_is_doubted(self) -> None:
        assert reasons(track()) == set()

    def test_standing_still_is_no_forgery_while_the_receiver_trembles(self) -> None:
        assert reasons(track(60, noise_m=0.3)) == set()

    def test_whole_seconds_on_the_dot_say_nothing_about_a_beat(self) -> None:
        assert reasons(track(every_s=5.0)) == set()

    def test_no_positions_are_no_doubts(self) -> None:
        assert len(doubts(track().of(np.zeros(0, dtype=np.int64)))) == 0

    def test_one_position_is_not_doubted(self) -> None:
        assert reasons(track(0)) == set()


class TestSamePoint:
    def frozen(self, minutes: float, every_s: float = 10.0) -> Positions:
        return track(minutes, every_s=every_s, noise_m=0.0)

    def test_five_minutes_of_one_point_are_still_honest(self) -> None:
        assert reasons(self.frozen(5)) == set()

    def test_longer_is_doubted_from_the_first_position_to_the_last(self) -> None:
        assert doubts(self.frozen(5.5)).tolist() == ["same_point"] * 34

    def test_silence_parts_two_runs(self) -> None:
        later = self.frozen(4)
        later = Positions(**_parts(later) | {"t_s": later.t_s + 600})
        assert reasons(joined(self.frozen(4), later)) == set()

    def test_a_walk_before_and_after_is_not_doubted_with_it(self) -> None:
        seen = track(30)
        seen.e_m[60:120], seen.n_m[60:120] = 1.0 + 470_000, 175_000.0
        found = doubts(seen)
        assert [reason == "same_point" for reason in found] == [60 <= n < 120 for n in range(len(found))]


class TestAccuracyAndBeat:
    def test_a_position_worse_than_a_hundred_metres_is_doubted_alone(self) -> None:
        seen = track()
        seen.accuracy_m[7:9] = (100.0, 100.1)
        assert np.flatnonzero(doubts(seen) == "imprecise").tolist() == [8]

    def test_an_accuracy_that_never_changes_is_doubted_in_the_app_only(self) -> None:
        assert reasons(Positions(**_parts(track()) | {"accuracy_m": np.full(121, 5.0)})) == {"same_accuracy"}
        radio = track(is_app=False)
        assert reasons(Positions(**_parts(radio) | {"accuracy_m": np.full(121, 5.0)})) == set()

    def test_an_accuracy_nobody_knows_is_not_constant(self) -> None:
        assert reasons(Positions(**_parts(track()) | {"accuracy_m": np.full(121, np.nan)})) == set()

    def test_few_positions_with_one_accuracy_are_left_alone(self) -> None:
        seen = track(4)
        assert reasons(Positions(**_parts(seen) | {"accuracy_m": np.full(len(seen.t_s), 5.0)})) == set()

    def test_a_beat_to_the_millisecond_is_no_phones(self) -> None:
        seen = track()
        assert reasons(Positions(**_parts(seen) | {"t_s": seen.t_s + 0.25})) == {"clockwork"}

    def test_a_phones_beat_wavers(self) -> None:
        seen = track()
        wavering = seen.t_s + np.abs(np.random.default_rng(1).normal(0.2, 0.1, size=len(seen.t_s)))
        assert reasons(Positions(**_parts(seen) | {"t_s": wavering})) == set()


class TestTooFast:
    def test_a_position_thrown_kilometres_away_is_doubted_alone(self) -> None:
        seen = track()
        seen.e_m[50] += 3_000
        assert np.flatnonzero(doubts(seen) == "too_fast").tolist() == [50]

    def test_two_thrown_one_after_the_other_are_both_doubted(self) -> None:
        seen = track()
        seen.e_m[50] += 3_000
        seen.e_m[51] -= 3_000
        assert np.flatnonzero(doubts(seen) == "too_fast").tolist() == [50, 51]

    def test_of_a_leap_for_good_both_ends_are_doubted(self) -> None:
        seen = track()
        seen.n_m[60:] += 5_000
        assert np.flatnonzero(doubts(seen) == "too_fast").tolist() == [59, 60]

    def test_what_is_doubted_already_takes_no_honest_position_with_it(self) -> None:
        seen = track()
        seen.e_m[-1] += 3_000
        seen.accuracy_m[-1] = 150.0
        assert np.flatnonzero(pd.notna(doubts(seen))).tolist() == [120]
        assert doubts(seen)[-1] == "imprecise"

    def test_a_motorway_is_not_too_fast(self) -> None:
        seen = track()
        assert reasons(Positions(**_parts(seen) | {"e_m": 470_000 + 40.0 * (seen.t_s - seen.t_s[0])})) == set()

    def test_from_one_officer_to_the_next_nobody_travels(self) -> None:
        assert reasons(joined(track(officer=0), track(officer=1, at=(500_000.0, 175_000.0)))) == set()


class TestTwoPlaces:
    def test_two_devices_far_apart_at_one_time_are_both_doubted(self) -> None:
        seen = joined(track(), track(device=1, at=(480_000.0, 175_000.0)))
        assert (doubts(seen) == Doubt.TWO_PLACES).all()

    def test_devices_that_report_at_different_rates_are_set_against_each_other_all_the_same(self) -> None:
        seen = joined(track(every_s=2), track(device=1, every_s=30, at=(480_000.0, 175_000.0)))
        assert (doubts(seen) == Doubt.TWO_PLACES).all()

    def test_two_devices_side_by_side_are_not_doubted(self) -> None:
        assert reasons(joined(track(), track(device=1, at=(470_600.0, 175_000.0)))) == set()

    def test_one_after_the_other_they_may_be_anywhere(self) -> None:
        assert reasons(joined(track(), track(device=1, at=(480_000.0, 175_000.0), start_s=START_S + 3_000))) == set()

    def test_a_vehicle_that_tells_another_place_than_the_phone_is_seen(self) -> None:
        """Telematics are another device of the officer who drives."""
        phone = track(every_s=10)
        vehicle = track(device=1, every_s=30, is_app=False, at=(471_500.0, 175_000.0))
        assert (doubts(joined(phone, vehicle)) == Doubt.TWO_PLACES).all()

    def test_two_officers_may_be_in_two_places(self) -> None:
        assert reasons(joined(track(), track(officer=1, device=1, at=(480_000.0, 175_000.0)))) == set()

    def test_a_device_that_is_doubted_proves_nothing_about_the_other(self) -> None:
        seen = joined(track(), track(device=1, at=(480_000.0, 175_000.0), noise_m=0.0))
        found = doubts(seen)
        assert set(found[seen.device == 1]) == {"same_point"}
        assert set(found[seen.device == 0]) == {None}


class TestReplayed:
    def test_a_copy_makes_the_whole_stretch_doubtful_and_no_other(self) -> None:
        seen = joined(track(), track(start_s=START_S + 3_600), track(officer=1))
        found = doubts(seen, np.array([130]))
        assert np.flatnonzero(found == "replayed").tolist() == list(range(121, 242))
        assert set(found[found != "replayed"]) == {None}

    def test_a_copy_proves_nothing_about_another_device(self) -> None:
        seen = joined(track(), track(device=1, at=(480_000.0, 175_000.0)))
        found = doubts(seen, np.array([150]))
        assert set(found[seen.device == 1]) == {"replayed"}
        assert set(found[seen.device == 0]) == {None}


class TestHeldBack:
    LATE_S = 3_600.0

    def held(self, *delays_s: float) -> list[int]:
        """Return the rows doubted of a track whose positions arrive with these delays, one for each ten minutes."""
        seen = track(10.0 * len(delays_s) - 0.1)
        delay_s = np.repeat(delays_s, 60)[: len(seen.t_s)]
        found = doubts(Positions(**_parts(seen) | {"received_s": seen.t_s + delay_s}))
        assert set(found) <= {None, "held_back"}
        return np.flatnonzero(found == "held_back").tolist()

    def test_what_arrives_at_once_is_honest(self) -> None:
        assert self.held(3.0, 5.0) == []

    def test_what_arrives_hours_late_while_the_device_was_sending_is_doubted(self) -> None:
        assert self.held(self.LATE_S, 5.0) == list(range(60))

    def test_what_waited_until_the_device_got_through_is_honest(self) -> None:
        """The offline gap: everything of it goes out when the device is back."""
        seen = track(40)
        back_s = seen.t_s[0] + 1_800
        received_s = np.where(seen.t_s < back_s, back_s + 20, seen.t_s + 2)
        assert reasons(Positions(**_parts(seen) | {"received_s": received_s})) == set()

    def test_a_device_that_never_gets_through_is_honest(self) -> None:
        assert self.held(self.LATE_S, self.LATE_S) == []

    def test_what_was_sent_in_the_past_says_nothing_about_what_is_held_back_now(self) -> None:
        assert self.held(5.0, self.LATE_S) == []

    def test_another_device_getting_through_says_nothing(self) -> None:
        seen = joined(track(delay_s=self.LATE_S), track(officer=1, delay_s=2.0), track(device=1, delay_s=2.0))
        assert reasons(seen) == set()

    def test_nothing_arrives_before_it_is_made(self) -> None:
        assert self.held(-100.0) == []
        assert self.held(-130.0) == list(range(60))

    def test_where_nobody_noted_the_arrival_nothing_follows(self) -> None:
        assert self.held(np.nan, 5.0) == []


def _parts(seen: Positions) -> dict[str, np.ndarray]:
    return {column.name: getattr(seen, column.name) for column in fields(Positions)}


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 900), st.integers(0, 40)), max_size=40))
@settings(max_examples=60)
def test_one_officer_is_judged_alike_alone_and_among_others(rows: list[tuple[int, int, int, int]]) -> None:
    table = np.array(sorted({(o, d, t): e for o, d, t, e in rows}.items()), dtype=object)
    if not len(table):
        return
    keys = np.array([list(key) for key, _ in table], dtype=np.int64)
    e_m = np.array([e for _, e in table], dtype=float) * 60.0
    count = len(table)
    seen = Positions(
        keys[:, 0], keys[:, 0] * 3 + keys[:, 1], START_S + keys[:, 2] * 4.0, e_m, np.zeros(count),
        np.full(count, np.nan), np.ones(count, dtype=bool), START_S + keys[:, 2] * 4.0 + keys[:, 1] * 2_000.0,
    )  # fmt: skip
    whole = doubts(seen)
    for officer in np.unique(seen.officer):
        own = seen.officer == officer
        assert whole[own].tolist() == doubts(seen.of(own)).tolist()


@pytest.mark.parametrize("doubt", list(Doubt))
def test_every_doubt_has_words(doubt: Doubt) -> None:
    from rasure.services.patrol_words import DOUBTS, OFTEN

    assert DOUBTS[doubt.value]
    assert OFTEN[doubt.value]
