"""The route of a published set through the real application."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rasure.ingest import load_patrol_side
from rasure.services import publishing
from rasure.services.publishing import Order
from rasure.settings import settings
from rasure.store.store import Store, open_store
from tests.extracts import manifest, patrol_file
from tests.ingest.test_load_patrol_side import area
from tests.serving import become, exported, rows, served
from tests.tasking import ANALYST, busy_store, first_draft

WINTER = {"set": "winter", "version": "1"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("sets")
    store = busy_store(open_store(folder / "store", reference_folder=settings().reference), folder)
    publishing.publish(store, ANALYST, Order(first_draft(store), {}, None, "Winter"))
    odd = patrol_file(folder / "odd", "hot-spots", [area(1, set_id="a/b 1")])
    manifest(folder / "odd", signed=True)
    load_patrol_side.load_hot_spots(store, odd)
    store.close()
    with served(folder / "store") as found:
        yield found


def test_a_set_leaves_in_the_columns_it_can_be_loaded_from(signed_in: TestClient, store: Store, tmp_path: Path) -> None:
    found = exported(signed_in, "hot-spot-set", **WINTER)
    assert found.status_code == 200
    assert "hot-spots-winter-1" in found.headers["content-disposition"]
    path = tmp_path / "hot_spots.csv"
    path.write_bytes(found.content)
    assert load_patrol_side.load_hot_spots(store, path).accepted == len(rows(found)) == 4


def test_an_inspector_gets_the_rows_of_the_own_area(signed_in: TestClient) -> None:
    become(signed_in, "demo-inspector-E")
    assert {row["lpa"] for row in rows(exported(signed_in, "hot-spot-set", **WINTER))} == {"E"}


@pytest.mark.parametrize("person", ["demo-partner", "demo-officer", "demo-auditor"])
def test_roles_that_see_no_hot_spots_are_refused(signed_in: TestClient, person: str) -> None:
    become(signed_in, person)
    assert exported(signed_in, "hot-spot-set", **WINTER).status_code == 403


def test_without_a_session_there_is_nothing(client: TestClient) -> None:
    client.cookies.clear()
    assert exported(client, "hot-spot-set", **WINTER).status_code == 401


@pytest.mark.parametrize(
    ("where", "status"),
    [(("winter", "9"), 404), (("spring", "1"), 404), (("winter", "x"), 422), (("winter", "\u00b2"), 422)],
)
def test_what_was_never_published_is_not_found(signed_in: TestClient, where: tuple[str, str], status: int) -> None:
    answer = exported(signed_in, "hot-spot-set", set=where[0], version=where[1])
    assert answer.status_code == status


def test_a_set_may_be_called_anything(signed_in: TestClient) -> None:
    found = exported(signed_in, "hot-spot-set", set="a/b 1", version="1")
    assert found.status_code == 200
    assert "hot-spots-a-b-1-1" in found.headers["content-disposition"]
