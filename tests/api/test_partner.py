"""The partner's file through the real application: the same figures as the page, and no other door open."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rasure.access.identity import Principal
from rasure.api.exports import EXPORTS
from rasure.people.suppression import THRESHOLD
from rasure.services import audit_reading, wiring
from rasure.services.audit_reading import Wanted
from rasure.services.partner import GRAVEST
from rasure.settings import settings
from rasure.store.store import open_store
from rasure.terms import Role
from tests import partner_world
from tests.partner_world import CANARY, CANARY_STREET
from tests.serving import be, become, exported, lines, rows, served

FILE = "partner-picture"
AUDITOR = Principal("A1", "Auditor", Role.AUDITOR, frozenset())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("partner-file")
    partner_world.build(open_store(folder / "store", reference_folder=settings().reference), folder).close()
    with served(folder / "store") as found:
        yield found


def as_agency(client: TestClient, *areas: str) -> None:
    be(client, Principal("council", "Council", Role.PARTNER, frozenset(areas)))


def test_the_file_holds_what_may_be_said_and_why_the_rest_may_not(signed_in: TestClient) -> None:
    as_agency(signed_in, "W")
    found = rows(exported(signed_in, FILE))
    first = [(row["kind"], row["offences"], row["withheld"]) for row in found if row["first_on"] == "2025-01-01"]
    assert first == [
        (GRAVEST, "9", ""),
        ("serious violence with injury", "", "under 5"),
        ("violence without injury", "", "under 5"),
        ("all of these", "14", ""),
    ]
    second = [(row["offences"], row["withheld"]) for row in found if row["first_on"] == "2025-04-01"]
    assert second == [("6", ""), ("", "under 5"), ("11", ""), ("", "would give a figure under 5 away")]
    assert {(row["area"], row["last_on"]) for row in found} == {
        ("West Square", "2025-03-31"),
        ("West Square", "2025-06-30"),
        ("West Square", "2025-09-30"),
    }


def test_no_small_number_no_name_and_no_other_area_is_in_it(signed_in: TestClient) -> None:
    as_agency(signed_in, "W")
    answer = exported(signed_in, FILE)
    assert not any(row["offences"].isdigit() and 0 < int(row["offences"]) < THRESHOLD for row in rows(answer))
    text = "\n".join(lines(answer))
    for canary in (CANARY, CANARY_STREET, "East Square", "E,", ",104,", ",63,", ",41,"):
        assert canary not in text


def test_nothing_that_is_asked_changes_the_file(signed_in: TestClient) -> None:
    as_agency(signed_in, "W")
    plain = rows(exported(signed_in, FILE))
    for asked in (
        {"area": "E"},
        {"lpa": "E"},
        {"first_on": "2025-02-01", "last_on": "2025-02-28"},
        {"as_of": "2025-02-01", "lookback_days": "30"},
    ):
        assert rows(exported(signed_in, FILE, **asked)) == plain


def test_it_is_a_disclosure_that_names_its_recipient_and_its_code(signed_in: TestClient) -> None:
    as_agency(signed_in, "W")
    found = exported(signed_in, FILE)
    code = found.headers["x-rasure-export"]
    assert code in found.headers["content-disposition"]
    (entry,) = audit_reading.search(wiring.store(), AUDITOR, Wanted(code=code)).entries
    assert (entry.op, entry.object, entry.recipient, entry.n, entry.lpa) == (
        "disclosure",
        "export:partner-picture",
        "partner:council",
        3,
        ("W",),
    )


def test_an_agency_without_an_area_gets_a_file_of_nothing(signed_in: TestClient) -> None:
    as_agency(signed_in)
    assert rows(exported(signed_in, FILE)) == []


@pytest.mark.parametrize("person", ["demo-officer", "demo-auditor", "demo-inspector-W", "demo-offender-manager"])
def test_whom_it_was_not_made_for_is_refused(signed_in: TestClient, person: str) -> None:
    assert exported(become(signed_in, person), FILE).status_code == 403


def test_without_a_session_there_is_nothing(client: TestClient) -> None:
    client.cookies.clear()
    assert exported(client, FILE).status_code == 401


@pytest.mark.parametrize("what", sorted(EXPORTS.keys() - {FILE}))
def test_a_partner_gets_no_other_export(signed_in: TestClient, what: str) -> None:
    as_agency(signed_in, "W", "E")
    answer = exported(signed_in, what, EXPORTS[what].forms[0])
    assert (answer.status_code, "content-disposition" in answer.headers) == (403, False)


def test_a_partner_gets_no_map(signed_in: TestClient) -> None:
    as_agency(signed_in, "W", "E")
    assert signed_in.get("/api/v1/map/hot-spots?as_of=2025-11-01").status_code == 403
