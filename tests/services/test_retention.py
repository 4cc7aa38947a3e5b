"""What is past its period is counted by class, by hand-worked examples, and nothing is deleted."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import InputRejected, NotAllowed
from rasure.services import desk, operations, retention, upkeep
from rasure.services.retention import Line
from rasure.settings import settings
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests.extracts import drop, load

AS_OF = date(2026, 3, 31)
SECOND = "MoPI group 2: Other sexual, violent or serious offences"
THIRD = "MoPI group 3: All other offences"


def keeper() -> Scope:
    return desk.admit(desk.operator(), Action.KEEP_STORE)


def lines(store: Store, as_of: date = AS_OF) -> dict[tuple[str, str], Line]:
    return {(line.subject, line.group): line for line in retention.overdue(store, keeper(), as_of)}


def fill(store: Store, folder: Path) -> None:
    """Load offences of 2010, 2018 and 2026: an assault, a theft and an assault, and five people."""
    whens = {"O1": "2010-05-01 12:00", "O2": "2018-05-01 12:00", "O3": "2026-03-01 12:00"}
    load(
        store,
        drop(
            folder,
            locations=[{}],
            occurrences=[
                {"occurrence_id": key, "reported_at": when, "committed_from": when} for key, when in whens.items()
            ],
            offences=[
                {"offence_id": "F1", "occurrence_id": "O1", "ho_class": "8N", "ho_code": "008/06"},
                {"offence_id": "F2", "occurrence_id": "O2", "ho_class": theft()[0], "ho_code": theft()[1]},
                {"offence_id": "F3", "occurrence_id": "O3", "ho_class": "8N", "ho_code": "008/06"},
            ],
            people=[{"person_id": f"P{number}"} for number in range(1, 6)],
            roles=[
                {"role_id": "R1", "offence_id": "F1", "person_id": "P1"},
                {"role_id": "R2", "offence_id": "F2", "person_id": "P2"},
                {"role_id": "R3", "offence_id": "F1", "person_id": "P3"},
                {"role_id": "R4", "offence_id": "F3", "person_id": "P3"},
                {"role_id": "R5", "offence_id": "F1", "person_id": "P4"},
                {"role_id": "R6", "offence_id": "F2", "person_id": "P4"},
            ],
        ),
    )


def theft() -> tuple[str, str]:
    """Return the class and code of an offence whose group is not listed: it falls under the third."""
    with (settings().reference / "offence_classes.csv").open(encoding="utf-8", newline="") as file:
        classes = {row["class_key"]: row["offence_group"] for row in csv.DictReader(file)}
    with (settings().reference / "offence_codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if classes[row["class_key"]] == "acquisitive and other":
                return row["ho_class"], row["ho_code"]
    raise LookupError


class TestRecords:
    def test_people_are_past_when_their_latest_role_is(self, store: Store, tmp_path: Path) -> None:
        fill(store, tmp_path / "drop")
        found = lines(store)
        # P1 was last seen in 2010; P3 in 2010 and 2026; P4 in an assault of 2010 and a theft of 2018, within ten years.
        second, third = found["people", SECOND], found["people", THIRD]
        assert (second.held, second.past, second.oldest_on) == (3, 1, date(2010, 5, 1))
        # P2's theft of 2018 is more than six years old.
        assert (third.held, third.past, third.oldest_on) == (1, 1, date(2018, 5, 1))
        assert found["people", "no role in an offence held"].held == 1

    def test_offences_are_past_by_their_own_day(self, store: Store, tmp_path: Path) -> None:
        fill(store, tmp_path / "drop")
        found = lines(store)
        assert [(found["offences", group].held, found["offences", group].past) for group in (SECOND, THIRD)] == [
            (2, 1),
            (1, 1),
        ]

    def test_the_day_the_period_ends_is_not_past_yet(self, store: Store, tmp_path: Path) -> None:
        fill(store, tmp_path / "drop")
        assert lines(store, date(2024, 4, 30))["people", THIRD].past == 0
        assert lines(store, date(2024, 5, 1))["people", THIRD].past == 1

    def test_a_group_without_a_period_is_past_nothing_and_says_so(self, store: Store) -> None:
        line = lines(store)["people", "MoPI group 4: Miscellaneous"]
        assert (line.held, line.past, line.review_after_days) == (0, None, None)

    def test_no_period_is_called_confirmed(self, store: Store) -> None:
        assert not any(line.verified for line in lines(store).values())

    def test_a_group_that_has_no_period_is_refused_by_name(self, tmp_path: Path) -> None:
        shutil.copytree(settings().reference, tmp_path / "reference")
        with (tmp_path / "reference" / "retention_groups.csv").open("a", encoding="utf-8") as file:
            file.write("drugs,MoPI group 9,no,test\n")
        held = open_store(tmp_path / "store", reference_folder=tmp_path / "reference")
        with pytest.raises(InputRejected, match="MoPI group 9"):
            retention.overdue(held, keeper(), AS_OF)
        held.close()


class TestWorkingData:
    def test_drops_count_by_the_stamp_in_their_name(self, store: Store) -> None:
        for stamp in ("20250101T040000Z-a", "20260330T040000Z-b"):
            (store.paths.archive / stamp).mkdir(parents=True)
        line = lines(store)["working data", "archived drops"]
        assert (line.held, line.past, line.oldest_on) == (2, 1, date(2025, 1, 1))

    def test_backups_count_by_when_they_were_made(self, store: Store, tmp_path: Path) -> None:
        upkeep.backup(store, tmp_path / "b1")
        line = lines(store, date(2099, 1, 1))["working data", "backups"]
        assert (line.held, line.past) == (1, 1)

    def test_the_log_is_counted_and_never_past_without_a_period(self, store: Store) -> None:
        line = lines(store, date(2099, 1, 1))["working data", "days of the audit log"]
        assert (line.held, line.past) == (1, None)


class TestTheReport:
    def test_it_deletes_nothing_and_is_recorded(self, store: Store, tmp_path: Path) -> None:
        fill(store, tmp_path / "drop")
        before = store.analytics.scrub()
        found = operations.run(store, "store.retention", {"as_of": "2099-01-01"}, lambda *_: None)
        assert sum(line["past"] or 0 for line in found) > 5
        assert store.analytics.scrub() == before
        assert b'"object":"store:retention"' in b"".join(line for _, day in store.audit.lines() for line in day)

    def test_only_who_keeps_the_store_may_ask(self) -> None:
        with pytest.raises(NotAllowed):
            desk.admit(desk.operator(Role.INSPECTOR), Action.KEEP_STORE)
