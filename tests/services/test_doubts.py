"""Doubted visits as a supervisor has them: restored with a reason, looked at on a track, and all of it in the log."""

from pathlib import Path
from typing import Any

import pytest

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.errors import Conflict, InputRejected, NotAllowed, NotFound, Unavailable
from rasure.ingest import load_boundaries
from rasure.services import audit_reading, doubts, patrols, tracks
from rasure.services.audit_reading import Wanted
from rasure.services.doubts import VisitKey
from rasure.store.store import Store
from rasure.terms import Role
from tests.makers import squares
from tests.patrol_world import ANALYST, ARMS, AUDITOR, EAST, TUESDAY, VISITS, WEST, add, at, fill, picture

KEY = VisitKey("PC1", "E1", at(20, TUESDAY), at(20.35, TUESDAY))
REASON = "Seen there by sergeant 12"


@pytest.fixture
def store(store: Store, tmp_path: Path) -> Store:
    load_boundaries.load(store, squares(tmp_path / "areas.geojson"))
    return store


class TestRestoring:
    def test_a_restored_visit_counts_and_the_log_says_who_and_why(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        before, version = picture(store).whole, patrols.version(store)
        made = doubts.restore(store, EAST, KEY, f"  {REASON} ")
        after = picture(store)
        assert (before.compliance.part, after.whole.compliance.part) == (2, 3)
        assert patrols.version(store) != version
        assert after.flagged["is_counted"].tolist() == [True]
        (entry,) = audit_reading.search(store, AUDITOR, Wanted(object=KEY.object)).entries
        assert (entry.op, entry.actor, entry.reason, entry.code) == (Op.ALTERATION, "e", REASON, made.record)

    def test_it_outlives_a_rebuild_of_the_visits(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        doubts.restore(store, EAST, KEY, REASON)
        with store.analytics.transaction() as writer:
            writer.run("delete from visit")
        with store.analytics.transaction() as writer:
            add(writer, "visit", VISITS)
        assert picture(store).whole.compliance.part == 3

    def test_a_second_time_is_refused(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        doubts.restore(store, EAST, KEY, REASON)
        with pytest.raises(Conflict):
            doubts.restore(store, EAST, KEY, REASON)

    @pytest.mark.parametrize("reason", ["", "   short   ", "\n\n\n\n\n\n\n\n\n\n\n\n"])
    def test_without_a_reason_nothing_is_restored(self, store: Store, reason: str) -> None:
        fill(store.analytics, ARMS, VISITS)
        with pytest.raises(InputRejected):
            doubts.restore(store, EAST, KEY, reason)
        assert picture(store).whole.compliance.part == 2

    def test_only_a_supervisor_of_the_area_may(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        with pytest.raises(NotAllowed):
            doubts.restore(store, ANALYST, KEY, REASON)
        with pytest.raises(NotFound):
            doubts.restore(store, WEST, KEY, REASON)

    def test_nobody_restores_the_own_visit(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        own = Principal("PC1", "P", Role.INSPECTOR, frozenset({"East"}))
        with pytest.raises(Conflict):
            doubts.restore(store, own, KEY, REASON)

    def test_a_visit_that_is_not_doubted_has_nothing_to_restore(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        with pytest.raises(InputRejected):
            doubts.restore(store, WEST, VisitKey("PC1", "W1", at(9), at(9.25)), REASON)

    def test_what_cannot_be_logged_is_neither_restored_nor_shown(self, store: Store, monkeypatch: Any) -> None:
        fill(store.analytics, ARMS, VISITS)

        def refused(_fields: object) -> None:
            raise Unavailable("The disk is full.")

        monkeypatch.setattr(store.audit, "append", refused)
        with pytest.raises(Unavailable):
            doubts.restore(store, EAST, KEY, REASON)
        with pytest.raises(Unavailable):
            tracks.track(store, EAST, KEY)
        assert picture(store).whole.compliance.part == 2


class TestTrack:
    def test_a_look_is_in_the_log_and_another_area_is_not_found(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        assert tracks.track(store, EAST, KEY).points.empty
        (entry,) = audit_reading.search(store, AUDITOR, Wanted(object=KEY.object)).entries
        assert (entry.op, entry.actor, entry.fields) == (Op.CONSULTATION, "e", ("officer", "positions"))
        with pytest.raises(NotFound):
            tracks.track(store, WEST, KEY)
        with pytest.raises(NotAllowed):
            tracks.track(store, ANALYST, KEY)
