"""From real openings through the log to the panel: one who looks people up for private ends among 400 who do not."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rasure.access.identity import Principal
from rasure.access.misuse import Reason
from rasure.access.scope import Kind, Subject
from rasure.errors import InputRejected
from rasure.services import audit_reading, break_glass, person_access, staff
from rasure.settings import settings
from rasure.store.audit import AuditLog
from rasure.store.store import Store, open_store
from rasure.terms import Role
from rasure.web.audit import not_judged
from tests.extracts import IN_EAST, drop, load, load_squares
from tests.people_world import AUDITOR, WHY, Clock, clocked, serving

USERS, PEOPLE, SHIFTS = 400, 240, 2
FIRST = datetime(2026, 3, 9, 8, tzinfo=UTC)
ABUSER = "U100"


def filled(folder: Path) -> Path:
    """Make a store of two areas, half of its people suspects in each."""
    store = open_store(folder / "store", reference_folder=settings().reference)
    load_squares(store, folder / "ground")
    people = [
        {"person_id": f"P{n}", "family_name": f"Name{n}", "given_name": "A", "born_on": "1990-01-01"}
        for n in range(PEOPLE)
    ]
    drop(
        folder / "drop",
        locations=[{}, {"location_id": "L2", "street": "Alder Way", **IN_EAST}],
        occurrences=[{}, {"occurrence_id": "O2", "location_id": "L2"}],
        offences=[{}, {"offence_id": "F2", "occurrence_id": "O2"}],
        people=people,
        roles=[{"role_id": f"R{n}", "offence_id": f"F{1 + n % 2}", "person_id": f"P{n}"} for n in range(PEOPLE)],
    )
    load(store, folder / "drop")
    store.close()
    return folder / "store"


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Let 400 inspectors open people of their own area at work for a fortnight, and one also open somebody else."""
    folder = tmp_path_factory.mktemp("misuse")
    root = filled(folder)
    chance = random.Random(7)
    with pytest.MonkeyPatch.context() as patch, serving(root, patch) as store, clocked(patch) as clock:
        at_the_log(store, clock)
        rows = ["person,surname,postcode,shift_begins,shift_ends"]
        for number in range(USERS):
            who, area = f"U{number:03d}", "WE"[number % 2]
            principal = Principal(who, who, Role.INSPECTOR, frozenset({area}))
            own = [f"P{n}" for n in range(PEOPLE) if n % 2 == "WE".index(area)]
            for day in range(SHIFTS):
                begins = FIRST + timedelta(days=day * 4 + number % 3)
                surname = "Name1" if who == ABUSER else who
                rows.append(f"{who},{surname},,{begins:%Y-%m-%d %H:%M},{begins:%Y-%m-%d} 18:00")
                clock.at = (begins + timedelta(hours=8 * chance.random())).timestamp()
                person_access.open_subject(store, principal, Subject(Kind.PERSON, chance.choice(own)), WHY)
        misuse(store, clock)
        (folder / "staff.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        patch.setenv("RASURE_STAFF_FILE", str(folder / "staff.csv"))
        settings.cache_clear()
        yield store


def at_the_log(store: Store, clock: Clock) -> None:
    """Let the log go by the same clock."""
    store.audit.close()
    for path in store.audit.segments():
        path.unlink()
    held = store.audit
    store.audit = AuditLog(
        *(held.folder, held.key_file, held.store_id),
        begun=False,
        aside=store.paths.aside,
        clock=lambda: datetime.fromtimestamp(clock(), UTC),
    )


def misuse(store: Store, clock: Clock) -> None:
    """Open, on four evenings off shift, somebody of another area with the officer's own surname."""
    abuser = Principal(ABUSER, ABUSER, Role.INSPECTOR, frozenset({"W"}))
    for day in range(4):
        clock.at = (FIRST + timedelta(days=14 + day, hours=14)).timestamp()
        break_glass.begin(store, abuser, "E", "Looking for somebody I know", narrowed=Subject(Kind.PERSON, "P1"))
        person_access.open_subject(store, abuser, Subject(Kind.PERSON, "P1"), WHY)


def test_the_abuser_is_among_the_first_five_and_the_reasons_are_told(worked: Store) -> None:
    found = audit_reading.panel(worked, AUDITOR, date(2026, 3, 29))
    assert found.actors == USERS
    assert not_judged(found) == ""
    assert found.look_ups == USERS * SHIFTS + 4
    assert ABUSER in [one.actor for one in found.unusual]
    told = next(one for one in found.unusual if one.actor == ABUSER)
    assert {count.reason for count in told.reasons} >= {Reason.SAME_SURNAME, Reason.OUT_OF_AREA, Reason.OFF_SHIFT}
    assert found.unusual[0].actor == ABUSER


def test_without_the_staff_file_the_area_alone_tells(worked: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RASURE_STAFF_FILE")
    settings.cache_clear()
    found = audit_reading.panel(worked, AUDITOR, date(2026, 3, 29))
    settings.cache_clear()
    told = next(one for one in found.unusual if one.actor == ABUSER)
    assert Reason.OUT_OF_AREA in {count.reason for count in told.reasons}
    assert not {count.reason for count in told.reasons} & {Reason.SAME_SURNAME, Reason.OFF_SHIFT}
    said = not_judged(found)
    assert f"a shift of {USERS} of the {USERS} people, for whom off-shift look-ups were not judged" in said


class TestStaffFile:
    def test_none_is_nobody_known(self) -> None:
        assert staff.read(None) == staff.Staff({}, {})

    @pytest.mark.parametrize(
        "text",
        ["person,surname\nU1,Name\n", "person,surname,postcode,shift_begins,shift_ends\nU1,Name,,today,\n"],
    )
    def test_what_cannot_be_meant_is_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "staff.csv").write_text(text, encoding="utf-8")
        with pytest.raises(InputRejected):
            staff.read(tmp_path / "staff.csv")

    def test_a_file_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputRejected, match="RASURE_STAFF_FILE"):
            staff.read(tmp_path / "none.csv")
