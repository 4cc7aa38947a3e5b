"""The overlays and downloads that corroborate a ranking, over HTTP, for those who may and those who may not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from rasure.access.identity import Principal
from rasure.api.hot_spots import parameters_of
from rasure.services import backtest, corroboration, hot_spots, wiring
from rasure.services.hot_spots import Question
from rasure.settings import settings
from rasure.store.store import open_store
from rasure.terms import Role
from tests import years
from tests.makers import whole_force
from tests.serving import be, exported, rows, served

ASKED = Question(years.LAST_ON + timedelta(days=1))
ADDRESSES = [
    "/api/v1/map/gi-star",
    "/api/v1/map/gi-star/outline",
    "/api/v1/map/density",
    "how-sure",
    "back-test",
]
ANALYST = Principal("a", "Analyst", Role.ANALYST, frozenset())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("evidence")
    store = open_store(folder / "store", reference_folder=settings().reference)
    years.load(store, folder)
    store.close()
    with served(folder / "store") as found:
        yield found


@pytest.fixture
def web(signed_in: TestClient) -> TestClient:
    return signed_in


def ask(web: TestClient, address: str, principal: Principal | None = ANALYST, question: Question = ASKED) -> Response:
    """Ask for map data by its address, or for an export by its name."""
    if principal is None:
        web.cookies.clear()
    else:
        be(web, principal)
    asked = parameters_of(question)
    return web.get(address, params=asked) if address.startswith("/") else exported(web, address, **asked)


@pytest.mark.parametrize("address", ADDRESSES)
class TestWhoMay:
    def test_a_role_that_sees_hot_spots_may(self, web: TestClient, address: str) -> None:
        assert ask(web, address).status_code == 200

    @pytest.mark.parametrize("role", [Role.PARTNER, Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR])
    def test_any_other_may_not(self, web: TestClient, address: str, role: Role) -> None:
        assert ask(web, address, Principal("x", "X", role, frozenset({"W"}))).status_code == 403

    def test_nobody_signed_in_gets_nothing(self, web: TestClient, address: str) -> None:
        assert ask(web, address, None).status_code == 401

    def test_another_area_is_refused(self, web: TestClient, address: str) -> None:
        inspector = Principal("i", "I", Role.INSPECTOR, frozenset({"W"}))
        other = Question(ASKED.as_of, lpa="E")
        assert ask(web, address, inspector, other).status_code == 403

    def test_what_is_no_selection_is_refused_in_a_sentence(self, web: TestClient, address: str) -> None:
        asked = {"as_of": "yesterday"}
        answered = web.get(address, params=asked) if address.startswith("/") else exported(web, address, **asked)
        assert (answered.status_code, answered.json()["error"]["code"]) == (422, "input_rejected")


class TestMaps:
    def test_hot_hexagons_are_marked_and_the_others_with_offences_are_there(self, web: TestClient) -> None:
        rows = ask(web, "/api/v1/map/gi-star").json()
        found = corroboration.clusters(wiring.store(), whole_force(), ASKED)
        assert sum(row["k"] for row in rows) == found.hot > 0
        assert sum(row["n"] for row in rows) == found.cells["n"].sum()
        marked = next(row for row in rows if row["k"] == 1)
        assert "· hot · q" in marked["said"]
        assert all("not distinguishable" in row["said"] for row in rows if row["k"] == 0)

    def test_the_outline_goes_round_the_hot_hexagons(self, web: TestClient) -> None:
        sides = ask(web, "/api/v1/map/gi-star/outline").json()
        ends = [(round(lon, 4), round(lat, 4)) for side in sides for lon, lat in side["path"]]
        assert len(sides) >= 6
        assert all(ends.count(end) % 2 == 0 for end in set(ends))

    def test_density_comes_by_class_from_zero(self, web: TestClient) -> None:
        rows = ask(web, "/api/v1/map/density").json()
        found = corroboration.density(wiring.store(), whole_force(), ASKED)
        assert {row["k"] for row in rows} <= set(range(len(found.breaks)))
        assert max(row["k"] for row in rows) == len(found.breaks) - 1
        assert all(row["said"].endswith("offences per km², recent ones counting more") for row in rows)


class TestDownloads:
    def test_how_sure_holds_the_leading_places_in_order(self, web: TestClient) -> None:
        shown = rows(ask(web, "how-sure"))
        picture = hot_spots.picture(wiring.store(), whole_force(), ASKED)
        assert [int(row["rank"]) for row in shown] == list(range(1, 51))
        assert [int(row["offences"]) for row in shown] == picture.places["n"].head(50).tolist()
        assert {row["moves"] for row in shown} == {"8"}
        assert {row["hot"] for row in shown} == {"True", "False"}

    def test_the_back_test_holds_every_window_of_every_method(self, web: TestClient) -> None:
        shown = rows(ask(web, "back-test"))
        found = backtest.report(wiring.store(), whole_force(), ASKED)
        assert [int(row["hits"]) for row in shown] == found.windows["hits"].tolist()
        assert {row["method"] for row in shown} == set(backtest.LABELS)
