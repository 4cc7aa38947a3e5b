"""Flags beside positions: the same whatever the batches, and not counted in visits."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from rasure.store.analytics import flags, presence
from rasure.store.analytics.database import Database
from tests.patrol_world import MONDAY, add, at


def pings(
    officer: str = "PC1", *, source: str = "app", e_m: float = 470_000.0, frozen: bool = False, start_h: float = 9.0
) -> list[dict[str, Any]]:
    """Return twelve minutes of positions, one every ten seconds."""
    rng = np.random.default_rng(len(officer + source))
    noise = np.zeros((72, 2)) if frozen else np.round(rng.normal(0, 20, size=(72, 2)))
    return [
        {
            "officer_id": officer,
            "seen_at": at(start_h) + timedelta(seconds=10 * n),
            "e_dm": int(e_m * 10 + noise[n, 0]),
            "n_dm": int(1_750_000 + noise[n, 1]),
            "accuracy_m": float(3 + n % 7),
            "source": source,
            "seq": n,
            "cell": 1,
        }
        for n in range(72)
    ]


def flagged(*batches: list[dict[str, Any]]) -> dict[tuple[str, str, int], str | None]:
    """Load batches one after the other and return the flag of every position."""
    database = Database()
    for number, rows in enumerate(batches, 1):
        with database.transaction() as writer:
            add(writer, "ping", [row | {"batch_id": number} for row in rows])
            presence.follow(writer, ["ping"])
    return {tuple(key): flag for *key, flag in database.rows("select officer_id, source, seq, flag from ping")}  # type: ignore[misc]


HONEST, FORGED = pings(), pings(source="app-2", e_m=480_000.0, frozen=True)
ELSEWHERE = pings(source="airwave", e_m=480_000.0)


def test_a_forged_track_is_flagged_and_the_honest_one_beside_it_is_not() -> None:
    found = flagged(HONEST + FORGED)
    assert {flag for (_, source, _), flag in found.items() if source == "app-2"} == {"same_point"}
    assert {flag for (_, source, _), flag in found.items() if source == "app"} == {None}


@pytest.mark.parametrize(
    "second", [FORGED, ELSEWHERE, HONEST[36:]], ids=["forged", "two places", "the rest of a track"]
)
def test_any_batching_gives_the_same_flags(second: list[dict[str, Any]]) -> None:
    first = [row for row in HONEST if row not in second]
    whole = flagged(first + second)
    assert flagged(first, second) == whole
    assert flagged(second, first) == whole
    assert flagged(first[::2], second, first[1::2]) == whole


def later(
    rows: list[dict[str, Any]], *, officer: str = "PC1", days: float = 1.0, e_dm: int = 0
) -> list[dict[str, Any]]:
    """Return the same track under another officer, so many days later and so far east."""
    shift = {"officer_id": officer, "source": "app"}
    return [
        row
        | shift
        | {"seen_at": row["seen_at"] + timedelta(days=days), "e_dm": row["e_dm"] + e_dm, "seq": row["seq"] + 900}
        for row in rows
    ]


REPLAY, OTHERS_REPLAY = later(HONEST), later(HONEST[10:60], officer="PC2", days=2.25, e_dm=4_321)


def replayed(found: dict[tuple[str, str, int], str | None]) -> set[tuple[str, int]]:
    assert set(found.values()) <= {None, "replayed"}
    return {(officer, seq) for (officer, _, seq), flag in found.items() if flag}


def test_a_track_replayed_on_another_day_or_by_another_officer_is_flagged_and_the_first_is_not() -> None:
    found = replayed(flagged(HONEST + REPLAY + OTHERS_REPLAY))
    assert found == {("PC1", row["seq"]) for row in REPLAY} | {("PC2", row["seq"]) for row in OTHERS_REPLAY}


def test_any_order_of_delivery_finds_the_same_replays() -> None:
    whole = flagged(HONEST + REPLAY + OTHERS_REPLAY)
    for order in permutations([HONEST, REPLAY, OTHERS_REPLAY]):
        assert flagged(*order) == whole
    assert flagged(REPLAY[::2], OTHERS_REPLAY[1::2] + HONEST, REPLAY[1::2], OTHERS_REPLAY[::2]) == whole


def test_what_turns_out_to_be_no_copy_is_no_longer_doubted() -> None:
    """Positions that arrive in between show that the earlier track went another way."""
    between = [
        row | {"seen_at": row["seen_at"] + timedelta(seconds=5), "e_dm": row["e_dm"] + 77, "seq": row["seq"] + 300}
        for row in HONEST
    ]
    assert replayed(flagged(HONEST, REPLAY)) == {("PC1", row["seq"]) for row in REPLAY}
    assert replayed(flagged(HONEST, REPLAY, between)) == set()


def test_one_device_that_reports_for_a_whole_crew_is_no_copy() -> None:
    crew = [row | {"officer_id": "PC2"} for row in HONEST]
    again = [row | {"source": "app-3", "seq": row["seq"] + 500} for row in HONEST]
    assert replayed(flagged(HONEST + crew, again)) == set()


def test_visits_follow_when_a_replay_is_known_only_later() -> None:
    database = Database()
    with database.transaction() as writer:
        add(writer, "ping", [row | {"batch_id": 1} for row in REPLAY])
        assert flags.follow(writer, ["ping"]).num_rows == 0
        add(writer, "ping", [row | {"batch_id": 2} for row in HONEST])
        again = flags.follow(writer, ["ping"])
    assert again.to_pylist() == [{"officer_id": "PC1", "op_day": MONDAY + timedelta(days=1)}]


def test_what_was_held_back_while_the_device_was_sending_is_flagged() -> None:
    rows = [
        row | {"received_at": row["seen_at"] + timedelta(seconds=4_000 if n < 36 else 3)}
        for n, row in enumerate(HONEST)
    ]
    found = flagged(rows[:36], rows[36:])
    assert {seq for (_, _, seq), flag in found.items() if flag == "held_back"} == set(range(36))
    assert set(found.values()) == {None, "held_back"}


def test_a_run_over_the_edge_of_the_day_is_seen_whole() -> None:
    night = pings(start_h=30 - 0.1, frozen=True)
    assert set(flagged(night).values()) == {"same_point"}
    assert flagged(night[:36], night[36:]) == flagged(night)
    assert flagged(night[36:], night[:36]) == flagged(night)


def test_positions_of_an_earlier_load_whose_flag_changed_are_named() -> None:
    database = Database()
    with database.transaction() as writer:
        add(writer, "ping", [row | {"batch_id": 1} for row in HONEST])
        assert flags.follow(writer, ["ping"]).num_rows == 0
        add(writer, "ping", [row | {"batch_id": 2} for row in ELSEWHERE])
        again = flags.follow(writer, ["ping"])
    assert again.to_pylist() == [{"officer_id": "PC1", "op_day": MONDAY}]


def test_nothing_is_looked_at_twice() -> None:
    database = Database()
    with database.transaction() as writer:
        add(writer, "ping", [row | {"batch_id": 1} for row in FORGED])
        assert flags.follow(writer, ["patrol"]).num_rows == 0
        assert writer.value("select count(flag) from ping") == 0
        flags.follow(writer, ["ping"])
        writer.run("update ping set flag = null")
        flags.follow(writer, ["ping"])
        assert writer.value("select count(flag) from ping") == 0
    assert flags.is_current(database)


def test_another_rule_looks_at_everything_again(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database()
    with database.transaction() as writer:
        add(writer, "ping", [row | {"batch_id": 1} for row in FORGED])
    presence.ensure(database)
    with database.transaction() as writer:
        writer.run("update ping set flag = null")
    monkeypatch.setattr(flags, "RULE_VERSION", "another")
    presence.ensure(database)
    assert database.value("select count(flag) from ping") == 72
