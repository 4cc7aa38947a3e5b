"""How sure a ranking is and how well it would have done, in a real browser over some years of offences."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from rasure.settings import settings
from rasure.store.store import open_store
from tests import years
from tests.browser.conftest import Server, Visit, served

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def years_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("years-served")
    store = open_store(folder / "store", reference_folder=settings().reference)
    years.load(store, folder)
    store.close()
    yield from served(folder / "store", folder / "drop")


class TestShading:
    def test_the_choice_is_in_the_address_and_the_legend_says_what_it_means(
        self, years_server: Server, visit: Visit
    ) -> None:
        visit.open(f"{years_server.url}/hot_spots")
        with visit.page.expect_response(lambda answer: "/api/v1/map/gi-star/outline?" in answer.url) as outline:
            visit.page.get_by_role("button", name="Clusters (Gi*)").or_(
                visit.page.get_by_role("radio", name="Clusters (Gi*)")
            ).first.click()
        assert outline.value.status == 200
        expect(visit.page.locator(".rasure-marks")).to_contain_text("not distinguishable")
        expect(visit.page.get_by_text("so no hexagon is called cold")).to_be_visible()
        assert "shading=" in visit.page.url
        visit.open(visit.page.url)
        expect(visit.page.locator(".rasure-marks")).to_contain_text("hot (q ≤ 0.05)")
        assert (visit.errors, visit.outside) == ([], [])

    def test_density_comes_with_its_bandwidth_and_edge_said(self, years_server: Server, visit: Visit) -> None:
        visit.open(f"{years_server.url}/hot_spots?shading=Density")
        expect(visit.page.get_by_text("no correction at the edge of the area")).to_be_visible()
        expect(visit.page.locator(".rasure-legend")).to_contain_text("Offences per km²")
        assert visit.errors == []


class TestViews:
    def test_how_sure_is_answered_first_and_every_place_is_in_a_table(self, years_server: Server, visit: Visit) -> None:
        visit.open(f"{years_server.url}/hot_spots?view=How+sure")
        expect(visit.page.get_by_role("heading", name="leading places stay")).to_contain_text("Gi* cluster")
        table = visit.page.locator("table.rasure").filter(has_text="Survives of 8 shifts")
        expect(table.get_by_role("row")).to_have_count(51)
        self._sound(visit, "how-sure")

    def test_the_back_test_is_answered_first_and_its_chart_has_a_table(
        self, years_server: Server, visit: Visit
    ) -> None:
        visit.open(f"{years_server.url}/hot_spots?view=How+well+it+would+have+done")
        expect(visit.page.get_by_text("Over 8 windows of 90 days the 50 places")).to_be_visible()
        expect(
            visit.page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")
        ).to_be_visible()
        visit.unfold("Every window as a table")
        table = visit.page.locator("table.rasure").filter(has_text="Later offences")
        expect(table.get_by_role("row")).to_have_count(9)
        self._sound(visit, "back-test")

    def _sound(self, visit: Visit, file: str) -> None:
        """Check what every view owes: a download that works, no fault for a screen reader, nothing outside."""
        link = visit.page.locator(f"a[href*='what={file}&as=csv']").get_attribute("href")
        assert link is not None
        answered = visit.page.request.get(visit.page.url.split("/hot_spots")[0] + link)
        assert (answered.status, answered.headers["content-type"].split(";")[0]) == (200, "text/csv")
        visit.readable()
        assert (visit.errors, visit.outside) == ([], [])
