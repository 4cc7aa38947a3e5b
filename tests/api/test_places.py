"""The files of one place, through the real application: the page's rows, under the page's scope."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rasure.api.hot_spots import parameters_of
from rasure.services.hot_spots import Question
from rasure.settings import settings
from rasure.store.store import open_store
from tests import one_place
from tests.one_place import CANARY, EAST, LARCH
from tests.serving import become, exported, rows, served

TABLES = ("events", "quarters", "hours")
ASKED = parameters_of(Question(one_place.AS_OF))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("files-of-a-place")
    one_place.build(open_store(folder / "store", reference_folder=settings().reference), folder / "world").close()
    with served(folder / "store") as found:
        yield found


class TestFiles:
    @pytest.mark.parametrize("table", TABLES)
    def test_a_file_holds_what_the_page_shows_and_nobody(self, signed_in: TestClient, table: str) -> None:
        answer = exported(signed_in, f"place-{table}", **ASKED, place=str(LARCH))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/csv")
        assert len(rows(answer)) == {"events": 12, "quarters": 13, "hours": 56}[table]
        assert CANARY not in answer.text
        assert "12 Larch Row" not in answer.text

    @pytest.mark.parametrize("table", TABLES)
    def test_another_area_is_refused(self, signed_in: TestClient, table: str) -> None:
        answer = exported(become(signed_in, "demo-inspector-W"), f"place-{table}", **ASKED, place=str(EAST))
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")

    @pytest.mark.parametrize("table", TABLES)
    def test_a_role_without_hot_spots_gets_none(self, signed_in: TestClient, table: str) -> None:
        answer = exported(become(signed_in, "demo-partner"), f"place-{table}", **ASKED, place=str(LARCH))
        assert answer.status_code == 403

    @pytest.mark.parametrize(("cell", "status"), [("7", 404), ("-7", 404), ("9" * 30, 422), ("--7", 422)])
    def test_no_such_place_is_refused(self, signed_in: TestClient, cell: str, status: int) -> None:
        assert exported(signed_in, "place-events", **ASKED, place=cell).status_code == status

    def test_without_a_selection_it_is_refused(self, signed_in: TestClient) -> None:
        assert exported(signed_in, "place-events", place=str(LARCH)).status_code == 422
