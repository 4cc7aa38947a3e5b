"""The one door by which anything leaves: single use, own session, checked again, marked in every form."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.access.roles import PERMITTED
from rasure.api import exports
from rasure.api.exportable import CSV, JSON, PDF, XLSX
from rasure.api.exports import EXPORTS
from rasure.api.hot_spots import parameters_of
from rasure.services import audit_reading, wiring
from rasure.services.audit_reading import Wanted
from rasure.services.hot_spots import Question
from rasure.settings import settings
from rasure.store.store import open_store
from rasure.terms import Role
from rasure.web.exports import asking
from tests import one_place
from tests.one_place import LARCH
from tests.serving import PAGE, be, become, cells, exported, served

AUDITOR = Principal("demo-auditor", "Rowan Ledger", Role.AUDITOR, frozenset())
ASKED = parameters_of(Question(one_place.AS_OF)) | {"place": str(LARCH)}
ASKS = [(name, form) for name, export in EXPORTS.items() if not export.reason_required for form in export.forms]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("exports")
    one_place.build(open_store(folder / "store", reference_folder=settings().reference), folder / "world").close()
    with served(folder / "store") as found:
        yield found


def waiting(client: TestClient, what: str = "hot-spots", form: str = CSV) -> str:
    """Return the address an export waits at."""
    answer = client.get("/export/new", params={"what": what, "as": form, **ASKED}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def disclosed() -> int:
    return audit_reading.search(wiring.store(), AUDITOR, Wanted(op=Op.DISCLOSURE)).total


class TestOnce:
    def test_the_second_time_it_is_gone_in_a_sentence(self, signed_in: TestClient) -> None:
        address = waiting(signed_in)
        assert re.fullmatch(r"/export/[\w-]{32}", address)
        assert signed_in.get(address).status_code == 200
        before = disclosed()
        answer = signed_in.get(address)
        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "gone")
        assert answer.json()["error"]["message"].count(". ") == 1
        assert disclosed() == before

    def test_every_press_is_another(self, signed_in: TestClient) -> None:
        assert waiting(signed_in) != waiting(signed_in)

    def test_to_ask_reads_nothing_and_writes_nothing_down(self, signed_in: TestClient) -> None:
        before = disclosed()
        waiting(signed_in)
        assert disclosed() == before

    def test_only_looking_at_the_address_does_not_use_it_up(self, signed_in: TestClient) -> None:
        address = waiting(signed_in)
        assert signed_in.head(address).status_code == 404
        assert signed_in.head("/export/new").status_code == 404
        assert signed_in.get(address).status_code == 200

    def test_a_person_is_told_on_a_page(self, signed_in: TestClient) -> None:
        answer = signed_in.get("/export/of-another-day", headers=PAGE)
        assert answer.status_code == 410
        assert "Nothing was exported" in answer.text
        assert "OFFICIAL-SENSITIVE" in answer.text

    @pytest.mark.parametrize("export_id", ["x", "new/", "%00", "..%2fx", "a" * 5000, "'; drop table offence; --"])
    def test_an_id_that_was_never_given_opens_nothing(self, signed_in: TestClient, export_id: str) -> None:
        assert signed_in.get(f"/export/{export_id}").status_code in (400, 404, 410)


class TestWhose:
    def test_another_session_of_the_same_person_does_not_get_it(self, signed_in: TestClient) -> None:
        address = waiting(signed_in)
        signed_in.cookies.clear()
        assert signed_in.get(address).status_code == 401
        signed_in.get("/", headers=PAGE)
        assert signed_in.get(address).status_code == 410

    def test_what_was_asked_for_in_another_role_is_gone(self, signed_in: TestClient) -> None:
        address = waiting(signed_in)
        become(signed_in, "demo-inspector-W")
        assert signed_in.get(address).status_code == 410

    def test_the_right_is_checked_when_it_is_taken(
        self, signed_in: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        address = waiting(signed_in)
        monkeypatch.setitem(PERMITTED, Role.ANALYST, frozenset())
        assert signed_in.get(address).status_code == 403

    @pytest.mark.parametrize("role", list(Role))
    @pytest.mark.parametrize("what", list(EXPORTS))
    def test_each_role_is_refused_what_the_table_does_not_permit(
        self, signed_in: TestClient, role: Role, what: str
    ) -> None:
        be(signed_in, Principal("x", "X", role, frozenset({"W"})))
        form = EXPORTS[what].forms[0]
        asked = {"what": what, "as": form, **ASKED}
        answer = signed_in.get("/export/new", params=asked, follow_redirects=False)
        permitted = 422 if EXPORTS[what].reason_required else 303
        assert (answer.status_code, role) == (permitted if EXPORTS[what].action in PERMITTED[role] else 403, role)

    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", **PAGE},
            {"origin": "http://evil.example"},
        ],
    )
    def test_no_other_site_can_ask_or_take(self, signed_in: TestClient, headers: dict[str, str]) -> None:
        address = waiting(signed_in)
        asked = {"what": "hot-spots", "as": CSV, **ASKED}
        assert signed_in.get("/export/new", params=asked, headers=headers).status_code == 403
        assert signed_in.post("/export/new", data=asked, headers=headers).status_code == 403
        assert signed_in.get(address, headers=headers).status_code == 403
        assert signed_in.get(address).status_code == 200


class TestWhat:
    @pytest.mark.parametrize(
        ("asked", "status"),
        [
            ({}, 404),
            ({"what": "people"}, 404),
            ({"what": "hot-spots"}, 422),
            ({"what": "hot-spots", "as": "pdf"}, 422),
            ({"what": "briefing", "as": "csv"}, 422),
        ],
    )
    def test_what_is_no_export_is_refused(self, signed_in: TestClient, asked: dict[str, str], status: int) -> None:
        assert signed_in.get("/export/new", params=asked).status_code == status

    @pytest.mark.parametrize(("what", "form"), ASKS)
    def test_every_file_is_marked_and_its_code_finds_its_record(
        self, signed_in: TestClient, what: str, form: str
    ) -> None:
        if EXPORTS[what].action not in PERMITTED[Role.ANALYST]:
            become(signed_in, AUDITOR.id)
        needed = {"set": "x", "version": "1", "batch": "1", "days": "90", "years_back": "0"}
        needed |= {"from": "2026-03-01", "to": "2026-03-31", "week": "2026-W09"}
        answer = exported(signed_in, what, form, **ASKED, **needed)
        if answer.status_code in (404, 422):
            assert what in ("hot-spot-set", "rejects", "periods", "near-repeats"), answer.text
            return
        code = answer.headers["x-rasure-export"]
        (entry,) = audit_reading.search(wiring.store(), AUDITOR, Wanted(code=code)).entries
        assert entry.op == "disclosure"
        file = re.fullmatch(r'attachment; filename="([\w.-]+)"', answer.headers["content-disposition"])
        assert file is not None
        assert file[1].startswith("OFFICIAL-SENSITIVE-synthetic-")
        assert file[1].endswith(f"-{code}.{form}")
        assert self._account(answer.content, form, code)

    def _account(self, content: bytes, form: str, code: str) -> bool:
        """Tell whether the file says itself what it is."""
        if form == CSV:
            first = content.decode().partition("\n")[0]
            return first.startswith("# OFFICIAL-SENSITIVE | Kind of data: Synthetic") and f"code: {code}" in first
        if form == XLSX:
            about = cells(content)["About this file"]
            return about[0][0].value == "OFFICIAL-SENSITIVE" and code in [row[-1].value for row in about]
        return form in (PDF, JSON)

    def test_both_forms_hold_the_same_rows(self, signed_in: TestClient) -> None:
        plain = exported(signed_in, "place-events", CSV, **ASKED).text.splitlines()[1:]
        book = cells(exported(signed_in, "place-events", XLSX, **ASKED).content)["Rows"]
        assert [cell.value for cell in book[0]] == plain[0].split(",")
        assert len(book) == len(plain) > 5


class TestReason:
    """The hook for exports that carry personal data."""

    @pytest.fixture(autouse=True)
    def _asks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(EXPORTS, "hot-spots", replace(EXPORTS["hot-spots"], reason_required=True))

    def test_no_link_opens_it(self, signed_in: TestClient) -> None:
        asked = {"what": "hot-spots", "as": CSV, **ASKED, "reason": "crime 1", "recipient": "court"}
        answer = signed_in.get("/export/new", params=asked)
        assert (answer.status_code, "why and for whom" in answer.text) == (422, True)

    @pytest.mark.parametrize(
        ("reason", "recipient"), [("", "court"), ("crime 1", ""), ("  ", "court"), ("x" * 501, "court")]
    )
    def test_without_both_it_stays(self, signed_in: TestClient, reason: str, recipient: str) -> None:
        answer = exported(signed_in, "hot-spots", **ASKED, reason=reason, recipient=recipient)
        assert (answer.status_code, "Say why this leaves" in answer.text) == (422, True)

    def test_the_reason_is_in_the_log_and_the_file_and_in_no_address(self, signed_in: TestClient) -> None:
        answer = exported(signed_in, "hot-spots", **ASKED, reason="crime 12/3, appeal", recipient="Crown court")
        assert answer.status_code == 200
        assert "appeal" not in str(answer.url)
        (entry,) = audit_reading.search(wiring.store(), AUDITOR, Wanted(code=answer.headers["x-rasure-export"])).entries
        assert (entry.reason, entry.recipient) == ("crime 12/3, appeal", "Crown court")
        assert "Reason: crime 12/3 appeal | Recipient: Crown court" in answer.text.partition("\n")[0]

    def test_the_form_of_a_page_carries_the_selection_as_text(self) -> None:
        drawn = asking("hot-spots", "Download <these>", {"groups": '"><script>alert(1)</script>'})
        assert 'method="post" action="/export/new"' in drawn
        assert "<script" not in drawn
        assert f'name="{exports.REASON}"' in drawn
        assert "Download &lt;these&gt; as CSV" in drawn
