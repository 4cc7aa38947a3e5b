"""The overlays and downloads that corroborate a ranking, over HTTP, for those who may and those who may not."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from rasure.access.identity import Principal
from rasure.api.errors import answer
from rasure.api.hot_spots import parameters_of
from rasure.api.routes import routes
from rasure.errors import RasureError
from rasure.services import backtest, corroboration, hot_spots, wiring
from rasure.services.hot_spots import Question
from rasure.settings import settings
from rasure.store.store import open_store
from rasure.terms import Role
from tests import years
from tests.makers import whole_force

ASKED = Question(years.LAST_ON + timedelta(days=1))
ADDRESSES = [
    "/api/v1/map/gi-star",
    "/api/v1/map/gi-star/outline",
    "/api/v1/map/density",
    "/api/v1/hot-spots/how-sure.csv",
    "/api/v1/hot-spots/back-test.csv",
]
ANALYST = Principal("a", "Analyst", Role.ANALYST, frozenset())


class SignedIn:
    """Stands in for the gate: whoever is named in the app's state asks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["principal"] = scope["app"].state.principal
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("evidence")
    store = open_store(folder / "store", reference_folder=settings().reference)
    years.load(store, folder)
    store.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASURE_STORE", str(folder / "store"))
        settings.cache_clear()
        app = Starlette(routes=routes(), middleware=[Middleware(SignedIn)], exception_handlers={RasureError: answer})
        with TestClient(app) as opened:
            yield opened
        wiring.close()
    settings.cache_clear()


def ask(web: TestClient, address: str, principal: Principal | None = ANALYST, question: Question = ASKED) -> Any:
    web.app.state.principal = principal  # type: ignore[attr-defined]
    return web.get(address, params=parameters_of(question))


@pytest.mark.parametrize("address", ADDRESSES)
class TestWhoMay:
    def test_a_role_that_sees_hot_spots_may(self, web: TestClient, address: str) -> None:
        assert ask(web, address).status_code == 200

    @pytest.mark.parametrize("role", [Role.PARTNER, Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR])
    def test_any_other_may_not(self, web: TestClient, address: str, role: Role) -> None:
        assert ask(web, address, Principal("x", "X", role, frozenset({"W"}))).status_code == 403

    def test_nobody_signed_in_gets_nothing(self, web: TestClient, address: str) -> None:
        assert ask(web, address, None).status_code == 403

    def test_another_area_is_refused(self, web: TestClient, address: str) -> None:
        inspector = Principal("i", "I", Role.INSPECTOR, frozenset({"W"}))
        other = Question(ASKED.as_of, lpa="E")
        assert ask(web, address, inspector, other).status_code == 403

    def test_what_is_no_selection_is_refused_in_a_sentence(self, web: TestClient, address: str) -> None:
        web.app.state.principal = ANALYST  # type: ignore[attr-defined]
        answered = web.get(address, params={"as_of": "yesterday"})
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
    def rows(self, web: TestClient, address: str) -> list[dict[str, str]]:
        answered = ask(web, address)
        assert "OFFICIAL-SENSITIVE" in answered.headers["content-disposition"]
        return list(csv.DictReader(io.StringIO(answered.text)))

    def test_how_sure_holds_the_leading_places_in_order(self, web: TestClient) -> None:
        rows = self.rows(web, "/api/v1/hot-spots/how-sure.csv")
        picture = hot_spots.picture(wiring.store(), whole_force(), ASKED)
        assert [int(row["rank"]) for row in rows] == list(range(1, 51))
        assert [int(row["offences"]) for row in rows] == picture.places["n"].head(50).tolist()
        assert {row["moves"] for row in rows} == {"8"}
        assert {row["hot"] for row in rows} == {"True", "False"}

    def test_the_back_test_holds_every_window_of_every_method(self, web: TestClient) -> None:
        rows = self.rows(web, "/api/v1/hot-spots/back-test.csv")
        found = backtest.report(wiring.store(), whole_force(), ASKED)
        assert [int(row["hits"]) for row in rows] == found.windows["hits"].tolist()
        assert {row["method"] for row in rows} == set(backtest.LABELS)
