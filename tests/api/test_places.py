"""The files of one place, through the real application: the page's rows, under the page's scope."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from rasure.api.hot_spots import parameters_of
from rasure.gate import identity
from rasure.services import sessions, wiring
from rasure.services.hot_spots import Question
from rasure.settings import settings
from rasure.store.store import open_store
from tests import one_place
from tests.one_place import CANARY, EAST, LARCH
from tests.serving import fresh_app

TABLES = ("events", "quarters", "hours")
ASKED = urlencode(parameters_of(Question(one_place.AS_OF)))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("files-of-a-place")
    one_place.build(open_store(folder / "store", reference_folder=settings().reference), folder / "world").close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASURE_STORE", str(folder / "store"))
        settings.cache_clear()
        with TestClient(fresh_app(), base_url="http://127.0.0.1:8501") as found:
            yield found
        wiring.close()
    settings.cache_clear()


@pytest.fixture
def web(client: TestClient) -> Iterator[TestClient]:
    client.cookies.clear()
    client.get("/", headers={"accept": "text/html"})
    yield client
    client.cookies.clear()


def becoming(web: TestClient, person: str) -> TestClient:
    sessions.become(web.cookies[identity.COOKIE], person)
    return web


class TestFiles:
    @pytest.mark.parametrize("table", TABLES)
    def test_a_file_holds_what_the_page_shows_and_nobody(self, web: TestClient, table: str) -> None:
        answer = web.get(f"/api/v1/places/{LARCH}/{table}.csv?{ASKED}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/csv")
        assert len(answer.text.splitlines()) == 1 + {"events": 12, "quarters": 13, "hours": 56}[table]
        assert CANARY not in answer.text
        assert "12 Larch Row" not in answer.text

    @pytest.mark.parametrize("table", TABLES)
    def test_another_area_is_refused(self, web: TestClient, table: str) -> None:
        answer = becoming(web, "demo-inspector-W").get(f"/api/v1/places/{EAST}/{table}.csv?{ASKED}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")

    @pytest.mark.parametrize("table", TABLES)
    def test_a_role_without_hot_spots_gets_none(self, web: TestClient, table: str) -> None:
        answer = becoming(web, "demo-partner").get(f"/api/v1/places/{LARCH}/{table}.csv?{ASKED}")
        assert answer.status_code == 403

    @pytest.mark.parametrize("cell", ["7", "9" * 30])
    def test_no_such_place_is_404(self, web: TestClient, cell: str) -> None:
        assert web.get(f"/api/v1/places/{cell}/events.csv?{ASKED}").status_code == 404

    def test_without_a_selection_it_is_refused(self, web: TestClient) -> None:
        assert web.get(f"/api/v1/places/{LARCH}/events.csv").status_code == 422
