"""The gate through the real application: routes, middleware and lifespan as served."""

import hashlib
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.gate import identity
from rasure.ingest import load_boundaries, load_police_uk
from rasure.services import audit_reading, wiring
from rasure.services.audit_reading import Wanted
from rasure.settings import PROJECT, settings
from rasure.store.audit import read_head
from rasure.store.audit_records import Entry
from rasure.store.store import open_store
from rasure.terms import Role
from tests import pdf
from tests.makers import EAST, crime, published, squares
from tests.serving import PAGE, become, exported, lines, rows, served


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("gate")
    store = open_store(folder / "store", reference_folder=settings().reference)
    load_boundaries.load(store, squares(folder / "areas.geojson"))
    published(folder / "in", "2025-06", "street", [crime("w", month="2025-06"), crime("e", month="2025-06", at=EAST)])
    load_police_uk.load(store, folder / "in")
    store.close()
    with served(folder / "store") as found:
        yield found


MAP = "/api/v1/map/hot-spots?as_of=2025-07-01&lookback=1461"


class TestWithoutASession:
    @pytest.mark.parametrize(
        "path", ["/api/v1/map/hot-spots", "/basemap/style.json", "/api/v1/anything", "/_stcore/stream"]
    )
    def test_nothing_of_ours_answers(self, client: TestClient, path: str) -> None:
        client.cookies.clear()
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "signed_out"

    def test_health_answers_from_the_store(self, client: TestClient) -> None:
        client.cookies.clear()
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["store_class"]) == (200, "open-data")

    def test_a_websocket_is_closed(self, client: TestClient) -> None:
        client.cookies.clear()
        with (
            pytest.raises(WebSocketDisconnect) as closed,
            client.websocket_connect("ws://127.0.0.1:8501/_stcore/stream"),
        ):
            pytest.fail("the websocket opened")
        assert closed.value.code == 1008

    def test_opening_a_page_starts_a_demo_session_with_a_strict_cookie(self, client: TestClient) -> None:
        client.cookies.clear()
        cookie = client.get("/", headers=PAGE).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie


class TestWithASession:
    def test_the_map_has_a_row_a_hexagon(self, signed_in: TestClient) -> None:
        rows = signed_in.get(MAP).json()
        assert [(row["n"], row["rank"]) for row in rows] == [(1, 1), (1, 2)]
        assert all(isinstance(row["cell"], str) for row in rows)

    @pytest.mark.parametrize(
        "query",
        ["", "as_of=today&lookback=1", "as_of=2025-07-01&lookback=x", "as_of=2025-07-01&lookback=9&measure=fear"],
    )
    def test_what_is_not_a_selection_is_refused_in_a_sentence(self, signed_in: TestClient, query: str) -> None:
        answer = signed_in.get(f"/api/v1/map/hot-spots?{query}")
        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "input_rejected"

    def test_an_unknown_api_path_is_404_not_a_page(self, signed_in: TestClient) -> None:
        answer = signed_in.get("/api/v1/nothing")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")

    @pytest.mark.parametrize("path", ["/_stcore/metrics", "/media/x", "/_stcore/agent/x"])
    def test_closed_doors_stay_closed(self, signed_in: TestClient, path: str) -> None:
        assert signed_in.get(path).status_code == 403

    def test_a_forged_identity_header_changes_nothing(self, client: TestClient) -> None:
        client.cookies.clear()
        assert client.get(MAP, headers={identity.HEADER: "someone.forged"}).status_code == 401


ASKED = {"as_of": "2025-07-01", "lookback": "1461"}


class TestUploads:
    @pytest.mark.parametrize(
        "person", ["demo-officer", "demo-inspector-West", "demo-offender-manager", "demo-gold", "demo-partner"]
    )
    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    def test_a_role_that_may_not_load_sends_nothing(self, signed_in: TestClient, person: str, method: str) -> None:
        become(signed_in, person)
        answer = sent(signed_in, method)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")
        last = logged(Op.DENIED)[0]
        assert (last.actor, last.object) == (person, "action:load_data")

    def test_one_that_may_reaches_the_page_server(self, signed_in: TestClient) -> None:
        assert sent(signed_in, "PUT").headers["content-type"] != "application/json"


def sent(client: TestClient, method: str) -> Response:
    origin = {"origin": str(client.base_url)}
    return client.request(method, "/_stcore/upload_file/any/1", headers=origin, files={"file": b"1,2,3"})


class TestDownloads:
    def test_the_ranked_table_is_the_one_the_command_line_prints(self, signed_in: TestClient) -> None:
        answer = exported(signed_in, "hot-spots", **ASKED)
        head, *found = lines(answer)
        assert head == "rank,cell,place,lpa,offences,score,harm_days,sqrt_harm,last_on,lon,lat"
        assert [row.split(",")[0] for row in found] == ["1", "2"]
        assert "OFFICIAL-SENSITIVE" in answer.headers["content-disposition"]

    def test_rejected_rows_leave_only_for_whom_may_see_them(self, signed_in: TestClient) -> None:
        assert exported(signed_in, "rejects", batch="2").status_code == 200
        assert exported(signed_in, "rejects", batch="99").status_code == 404
        become(signed_in, "demo-inspector-West")
        assert exported(signed_in, "rejects", batch="2").status_code == 403

    def test_an_inspectors_table_holds_only_the_area(self, signed_in: TestClient) -> None:
        become(signed_in, "demo-inspector-West")
        assert [row["lpa"] for row in rows(exported(signed_in, "hot-spots", **ASKED))] == ["West"]
        assert exported(signed_in, "hot-spots", **ASKED, lpa="East").status_code == 403


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let no file grow past where the audit log stands but for a few bytes, as a full disk would."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    stands_at = wiring.store().audit.segments()[-1].stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (stands_at + 40, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def logged(op: Op) -> list[Entry]:
    auditor = Principal("A1", "A", Role.AUDITOR, frozenset())
    return list(audit_reading.search(wiring.store(), auditor, Wanted(op=op)).entries)


TABLES = [("hot-spots", ASKED), ("months", ASKED), ("rejects", {"batch": "2"})]


class TestAudit:
    @pytest.mark.parametrize(("what", "asked"), TABLES)
    def test_a_download_names_its_record_and_the_record_the_rows(
        self, signed_in: TestClient, what: str, asked: dict[str, str]
    ) -> None:
        answer = exported(signed_in, what, **asked)
        (entry, *_) = logged(Op.DISCLOSURE)
        assert answer.headers["x-rasure-export"] == entry.code
        assert entry.code in answer.headers["content-disposition"]
        assert (entry.actor, entry.n, entry.ip) == ("demo-analyst", len(rows(answer)), "testclient")
        assert entry.session is not None
        assert hashlib.sha256(signed_in.cookies[identity.COOKIE].encode()).hexdigest().startswith(entry.session)

    @pytest.mark.parametrize(("what", "asked"), TABLES)
    def test_on_a_full_disk_no_row_leaves_and_the_log_goes_on_after(
        self, signed_in: TestClient, what: str, asked: dict[str, str], request: pytest.FixtureRequest
    ) -> None:
        whole = lines(exported(signed_in, what, **asked))
        head = wiring.store().audit.head()
        request.getfixturevalue("full_disk")
        answer = exported(signed_in, what, **asked)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
        assert not any(row in answer.text for row in whole)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert wiring.store().audit.head() == head
        assert lines(exported(signed_in, what, **asked)) == whole
        assert wiring.store().audit.verify().faults == ()

    def test_on_a_full_disk_nobody_signs_in(self, client: TestClient, full_disk: None) -> None:
        client.cookies.clear()
        answer = client.get("/", headers=PAGE)
        assert answer.status_code == 503
        assert identity.COOKIE not in client.cookies

    def test_no_file_leaves_but_by_the_one_door(self) -> None:
        named = {path.name for path in (PROJECT / "rasure").rglob("*.py") if "content-disposition" in path.read_text()}
        assert named == {"exports.py"}

    @pytest.mark.parametrize(("what", "form"), [("audit-log", "csv"), ("audit-head", "json")])
    def test_the_log_leaves_for_the_auditor_alone(self, signed_in: TestClient, what: str, form: str) -> None:
        assert exported(signed_in, what, form).status_code == 403
        assert logged(Op.DENIED)[0].object == "action:view_audit"
        become(signed_in, "demo-auditor")
        assert exported(signed_in, what, form).status_code == 200
        assert logged(Op.DISCLOSURE)[0].actor == "demo-auditor"

    def test_the_head_that_leaves_is_where_the_log_stands_with_its_own_record(self, signed_in: TestClient) -> None:
        become(signed_in, "demo-auditor")
        answer = exported(signed_in, "audit-head", "json")
        head = read_head(answer.text)
        assert f"{head.seq}-{head.mac[:8]}" == answer.headers["x-rasure-export"]
        assert wiring.store().audit.verify([head]).faults == ()

    def test_the_exported_log_is_the_one_searched_for(self, signed_in: TestClient) -> None:
        become(signed_in, "demo-auditor")
        found = rows(exported(signed_in, "audit-log", op="sign-in", actor="demo-aud"))
        assert {(row["op"], row["actor"]) for row in found} == {("sign-in", "demo-auditor")}
        assert exported(signed_in, "audit-log", op="nonsense").status_code == 422

    def test_reaching_into_another_area_is_in_the_log(self, signed_in: TestClient) -> None:
        become(signed_in, "demo-inspector-West")
        assert signed_in.get(f"{MAP}&lpa=East").status_code == 403
        (entry, *_) = logged(Op.DENIED)
        assert (entry.actor, entry.object, entry.lpa) == (
            "demo-inspector-West",
            "path:/api/v1/map/hot-spots",
            ("West",),
        )

    def test_the_auditor_reads_no_records(self, signed_in: TestClient) -> None:
        become(signed_in, "demo-auditor")
        assert {exported(signed_in, what, **asked).status_code for what, asked in TABLES} == {403}
        assert signed_in.get(MAP).status_code == 403

    def test_opening_a_page_is_a_sign_in_from_an_address(self, signed_in: TestClient) -> None:
        (entry, *_) = logged(Op.SIGN_IN)
        assert (entry.actor, entry.fields, entry.ip) == ("demo-analyst", ("started",), "testclient")
        become(signed_in, "demo-gold")
        (entry, *_) = logged(Op.SIGN_IN)
        assert (entry.actor, entry.fields, entry.reference) == (
            "demo-gold",
            ("became another person",),
            "was:demo-analyst",
        )


class TestBriefing:
    def _cell(self, client: TestClient, lpa: str) -> int:
        return int(client.get(f"{MAP}&lpa={lpa}").json()[0]["cell"])

    def _taken(self, client: TestClient, cell: object) -> Response:
        return exported(client, "briefing", "pdf", **ASKED, place=str(cell))

    def test_it_is_one_page_that_names_who_took_it_and_its_record(self, signed_in: TestClient) -> None:
        cell = self._cell(signed_in, "West")
        answer = self._taken(signed_in, cell)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert pdf.pages(answer.content) == 1
        code = answer.headers["x-rasure-export"]
        assert f"OFFICIAL-SENSITIVE-open-data-briefing-{cell}-{code}.pdf" in answer.headers["content-disposition"]
        shown = "".join(pdf.text(answer.content).split())
        assert f"export{code}" in shown
        assert "(demo-analyst)" in shown
        assert "BroadStreet" in shown

    def test_a_place_of_another_area_is_refused(self, signed_in: TestClient) -> None:
        east, west = self._cell(signed_in, "East"), self._cell(signed_in, "West")
        become(signed_in, "demo-inspector-West")
        assert self._taken(signed_in, west).status_code == 200
        assert self._taken(signed_in, east).status_code == 403

    @pytest.mark.parametrize(
        ("cell", "status"), [("1", 404), (str(2**70), 422), ("x", 422), ("", 422), ("\u00b2", 422)]
    )
    def test_what_is_no_place_is_refused_in_a_sentence(self, signed_in: TestClient, cell: str, status: int) -> None:
        assert self._taken(signed_in, cell).status_code == status

    def test_what_is_no_selection_is_refused_and_nobody_gets_one_unasked(self, client: TestClient) -> None:
        client.cookies.clear()
        assert self._taken(client, 1).status_code == 401
        client.get("/", headers=PAGE)
        assert exported(client, "briefing", "pdf", place="1").status_code == 422


class TestTimesDownloads:
    def test_months_leave_as_the_page_shows_them(self, signed_in: TestClient) -> None:
        head, *found = lines(exported(signed_in, "months", **ASKED))
        assert head == "month,offences,days_held,held"
        assert found[-2:] == ["2025-05,,0,gap", "2025-06,2,30,whole"]

    def test_published_data_have_no_hours_and_only_seasons(self, signed_in: TestClient) -> None:
        assert rows(exported(signed_in, "times", **ASKED)) == []
        kinds = lines(exported(signed_in, "days", **ASKED))[1:]
        assert [row.split(",")[0] for row in kinds] == ["Winter", "Spring", "Summer", "Autumn"]

    @pytest.mark.parametrize("name", ["times", "days", "months"])
    def test_an_inspector_gets_the_own_area_and_no_other(self, signed_in: TestClient, name: str) -> None:
        become(signed_in, "demo-inspector-West")
        assert exported(signed_in, name, **ASKED, lpa="East").status_code == 403
        assert exported(signed_in, name, **ASKED).status_code == 200
        assert lines(exported(signed_in, "months", **ASKED))[-1] == "2025-06,1,30,whole"

    @pytest.mark.parametrize("name", ["times", "days", "months"])
    def test_a_role_without_the_page_gets_no_table(self, signed_in: TestClient, name: str) -> None:
        become(signed_in, "demo-partner")
        assert exported(signed_in, name, **ASKED).status_code == 403

    @pytest.mark.parametrize(
        "more",
        [{"window": "5"}, {"place": "x"}, {"place": "9" * 20}, {"window": ""}, {"place": "\u00b2"}],
    )
    def test_what_is_no_place_or_shift_is_refused_in_a_sentence(
        self, signed_in: TestClient, more: dict[str, str]
    ) -> None:
        answer = exported(signed_in, "times", **ASKED, **more)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "input_rejected")


class TestOrigin:
    def test_another_host_name_is_refused(self, signed_in: TestClient) -> None:
        assert signed_in.get("/healthz", headers={"host": "evil.example"}).status_code == 403

    def test_another_origin_is_refused(self, signed_in: TestClient) -> None:
        assert signed_in.get(MAP, headers={"origin": "http://evil.example"}).status_code == 403


class TestHeaders:
    @pytest.mark.parametrize("path", ["/", "/healthz", MAP, "/api/v1/nothing"])
    def test_every_answer_carries_the_policy(self, signed_in: TestClient, path: str) -> None:
        headers = signed_in.get(path, headers=PAGE).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe-eval'" not in headers["content-security-policy"].replace("wasm-unsafe-eval'", "")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"

    def test_only_the_frame_of_the_street_map_may_run_what_the_page_hands_it(self, signed_in: TestClient) -> None:
        policy = signed_in.get("/component/streamlit_folium.st_folium/index.html").headers["content-security-policy"]
        assert "script-src 'self' 'unsafe-inline'; script-src-attr 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "unsafe-eval" not in policy
        for path in ("/component/another.component/index.html", "/component/streamlit_folium.st_folium.evil/x", "/"):
            policy = signed_in.get(path).headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "script-src 'self' 'wasm-unsafe-eval' 'sha256-" in policy

    def test_the_pages_one_inline_script_is_named_by_its_hash(self, signed_in: TestClient) -> None:
        assert "'sha256-" in signed_in.get("/", headers=PAGE).headers["content-security-policy"]


class TestJobs:
    def test_without_the_owners_token_no_work_is_taken(self, signed_in: TestClient) -> None:
        answer = signed_in.post("/api/v1/jobs", json={"operation": "store.verify", "arguments": {}})
        assert answer.status_code == 403


class TestAssets:
    def test_scripts_arrive_compressed_and_whole(self, signed_in: TestClient) -> None:
        page = signed_in.get("/", headers=PAGE).text
        script = page.split('src="./static/js/')[1].split('"')[0]
        path = f"/static/js/{script}"
        packed = signed_in.get(path, headers={"accept-encoding": "gzip"})
        plain = signed_in.get(path, headers={"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == plain.content


def test_the_store_of_these_tests_is_not_the_projects_own(client: TestClient) -> None:
    assert Path(settings().store).name == "store"
    assert "gate" in str(settings().store)
