"""Every page in a real browser: nothing leaves the host, the console is clean, tables and keyboard reach everything."""

import contextlib
import json
import math
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, expect
from playwright.sync_api import TimeoutError as StillWaiting

from rasure.access.roles import permits
from rasure.terms import Role
from rasure.web import maps, navigation
from rasure.web.map_geometry import Bounds
from tests.browser.conftest import Server, Visit, grave_faults, overflow_px
from tests.makers import EAST, crime, published
from tests.test_cli import rasure

pytestmark = [pytest.mark.browser]
#: What a fresh session, the analyst, may open.
PAGES = ["", *(stem for stem, _, action in navigation.PAGES if action is None or permits(Role.ANALYST, action))]


def _on_the_map(at: tuple[float, float], bounds: Bounds, box: FloatRect) -> tuple[float, float]:
    """Return where a position lies on the screen, on a map that has just opened on these bounds."""
    view = maps.view_for(bounds)
    world_px = 512 * 2**view.zoom
    right = (at[0] - view.lon) / 360 * world_px
    down = (_mercator(at[1]) - _mercator(view.lat)) * world_px
    return box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down


def _mercator(lat: float) -> float:
    return (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2


def _hover_until_drawn(visit: Visit, x: float, y: float) -> None:
    """Move over a place until its words appear: the map draws late, and says so by nothing else."""
    tooltip = visit.page.locator(".deck-tooltip", has_text="12 offences")
    for attempt in range(30):
        visit.page.mouse.move(x - 3 - attempt % 2, y)
        visit.page.mouse.move(x, y)
        with contextlib.suppress(StillWaiting):
            tooltip.wait_for(timeout=1000)
            return
    pytest.fail("the place never said what it holds")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_keeps_to_the_house(server: Server, visit: Visit, page: str) -> None:
    """Hold that a page asks nobody else, complains of nothing, fits, is marked, and is open to whoever cannot see."""
    visit.open(f"{server.url}/{page}")
    expect(visit.page.locator("h1").first).to_be_visible()
    if page in ("", "hot_spots"):
        expect(visit.page.locator("canvas.mapboxgl-canvas").first).to_be_visible()
    expect(visit.page.locator(".rasure-top")).to_contain_text("OFFICIAL-SENSITIVE")
    expect(visit.page.locator(".rasure-top")).to_contain_text("Published open data")
    expect(visit.page.locator(".rasure-bottom")).to_contain_text("OFFICIAL-SENSITIVE")
    visit.readable()
    assert (visit.outside, visit.errors) == ([], [])


class TestHotSpots:
    def test_the_headline_says_how_concentrated_it_is_to_roles_that_may_know(
        self, server: Server, visit: Visit
    ) -> None:
        visit.open(f"{server.url}/hot_spots")
        expect(visit.page.locator("h1")).to_contain_text("One place,")
        expect(visit.page.locator("h1")).to_contain_text("60 % of the force’s violence")
        visit.unfold("The first 50 places as a table")
        table = visit.page.locator("table.rasure").filter(has_text="Last offence")
        expect(table.get_by_role("row")).to_have_count(1 + server.places)
        visit.page.get_by_role("combobox", name="Signed in as").click()
        visit.page.get_by_role("option", name="Patrol officer").click()
        expect(visit.page.locator("h1")).to_contain_text("nothing for your role")
        answer = visit.page.request.get(f"{server.url}/api/v1/map/hot-spots?as_of=2025-07-01&lookback=99")
        assert answer.status == 403

    def test_a_click_on_the_map_selects_in_the_table_and_the_address(self, server: Server, visit: Visit) -> None:
        visit.open(f"{server.url}/hot_spots?area=East")
        box = visit.page.locator("[data-testid=stDeckGlJsonChart]").bounding_box()
        assert box is not None
        x, y = _on_the_map(EAST, server.east_bounds, box)
        _hover_until_drawn(visit, x, y)
        visit.page.mouse.click(x, y, delay=60)
        expect(visit.page.get_by_role("heading", name="1 · Mill Lane")).to_be_visible()
        assert "place=" in visit.page.url

    def test_filters_live_in_the_address_and_survive_pages_and_back(self, server: Server, visit: Visit) -> None:
        visit.open(f"{server.url}/hot_spots?area=East&offences=robbery")
        expect(visit.page.locator("h1")).to_contain_text("East’s violence")
        expect(visit.page.locator(".rasure-note").first).to_contain_text("East · 4 years to 30 June 2025 · robbery")
        visit.page.get_by_role("link", name="Data").click()
        expect(visit.page.locator("h1")).to_contain_text("Offences run to June 2025")
        visit.page.go_back()
        expect(visit.page.locator("h1")).to_contain_text("East’s violence")
        assert "area=East" in visit.page.url
        visit.page.get_by_role("link", name="Data").click()
        expect(visit.page.locator("h1")).to_contain_text("Offences run to June 2025")
        visit.page.get_by_role("link", name="Hot spots").click()
        expect(visit.page.locator("h1")).to_contain_text("East’s violence")

    def test_the_keyboard_reaches_every_filter_in_order(self, server: Server, visit: Visit) -> None:
        visit.open(f"{server.url}/hot_spots")
        expect(visit.page.locator("canvas.mapboxgl-canvas").first).to_be_visible()
        wanted = ["Area", "Period", "Offences", "Time of day", "Ranked by", "More"]
        named = "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText)"
        reached: list[str] = []
        while len(reached) < 40 and "Area" not in reached[: 1 - len(wanted)]:
            visit.page.keyboard.press("Tab")
            reached.append(visit.page.evaluate(f"{named}.split('\\n')[0]"))
        assert "Area" in reached
        assert reached[reached.index("Area") :] == wanted


class TestAudit:
    def test_the_auditor_reads_a_whole_log_at_any_width(self, server: Server, visit: Visit) -> None:
        visit.open(f"{server.url}/data")
        visit.page.get_by_role("combobox", name="Signed in as").click()
        visit.page.get_by_role("option", name="Auditor").click()
        expect(visit.page.get_by_role("link", name="Audit")).to_be_visible()
        visit.open(f"{server.url}/audit")
        expect(visit.page.locator("h1")).to_contain_text("The log is whole:")
        expect(visit.page.locator("table.rasure").first).to_contain_text("became another person")
        visit.readable()
        assert (visit.outside, visit.errors) == ([], [])


class TestPlace:
    def _opened(self, server: Server, visit: Visit) -> None:
        """Go to the busiest place the way a reader does."""
        visit.open(f"{server.url}/place")
        visit.page.get_by_role("link", name="1 · Broad Street").click()
        expect(visit.page.locator("h1")).to_contain_text("41 offences in three months, first of all places")

    @pytest.mark.parametrize("visit", [1440, 390], indirect=True)
    def test_a_place_is_opened_drawn_and_sent(self, server: Server, visit: Visit) -> None:
        self._opened(server, visit)
        expect(visit.page.get_by_text("None of the 41 offences here has a clock time")).to_be_visible()
        expect(
            visit.page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")
        ).to_be_visible()
        assert "place=" in visit.page.url
        expect(visit.page.get_by_text("Latest offences", exact=True)).to_be_visible()
        assert (visit.outside, visit.errors) == ([], [])
        assert overflow_px(visit.page) <= 0
        assert grave_faults(visit.page) == []
        address = visit.page.url
        visit.open(address)
        expect(visit.page.locator("h1")).to_contain_text("41 offences in three months")

    def test_a_row_of_the_hot_spots_selects_it_and_leads_to_it_and_back(self, server: Server, visit: Visit) -> None:
        visit.open(f"{server.url}/hot_spots?area=West")
        box = visit.page.locator("[data-testid=stDataFrame]").first.bounding_box()
        assert box is not None
        visit.page.mouse.click(box["x"] + 15, box["y"] + 36 + 17)
        expect(visit.page.get_by_role("heading", name="1 · Broad Street")).to_be_visible()
        assert "place=" in visit.page.url
        visit.page.get_by_role("link", name="Open the place").click()
        expect(visit.page.locator("h1")).to_contain_text("first in West")
        assert "area=West" in visit.page.url
        visit.page.go_back()
        expect(visit.page.get_by_role("heading", name="1 · Broad Street")).to_be_visible()


class TestEmptyStore:
    @pytest.mark.parametrize("visit", [1440, 390], indirect=True)
    def test_the_first_page_says_what_is_missing_and_how_to_load_it(self, empty_server: Server, visit: Visit) -> None:
        visit.open(empty_server.url)
        expect(visit.page.locator("h1")).to_contain_text("No offences are loaded yet")
        expect(visit.page.locator("code").first).to_contain_text("python -m rasure load police-uk")
        assert visit.errors == []

    def test_the_data_page_of_an_empty_store_reads_well(self, empty_server: Server, visit: Visit) -> None:
        visit.open(f"{empty_server.url}/data")
        expect(visit.page.locator("h1")).to_contain_text("No offences are loaded yet")
        expect(visit.page.get_by_text("Nothing has been loaded into this store.")).to_be_visible()


class TestInbox:
    def test_a_file_in_the_inbox_is_loaded_by_the_running_server(
        self, empty_server: Server, server: Server, visit: Visit
    ) -> None:
        inbox = empty_server.store / "inbox"
        shutil.copytree(server.files, inbox / "months", dirs_exist_ok=True)
        visit.open(f"{empty_server.url}/data")
        visit.unfold("Load files")
        visit.page.get_by_role("button", name="Load as data.police.uk files").click()
        expect(visit.page.locator("h1")).to_contain_text("Offences run to June 2025", timeout=60_000)
        table = visit.page.locator("table.rasure").filter(has_text="Read = accepted")
        expect(table).to_contain_text("months")
        visit.open(f"{empty_server.url}/hot_spots")
        expect(visit.page.locator("h1")).to_contain_text("of the force’s violence")
        assert visit.errors == []


def test_the_command_line_hands_its_work_to_the_server_that_holds_the_store(server: Server, tmp_path: Path) -> None:
    published(tmp_path, "2025-05", "street", [crime("handed", month="2025-05", at=None)])
    done = rasure("load", "police-uk", tmp_path, "--store", server.store)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accepted"] == 1
    ranked = rasure("places", "rank", "--as-of", "2025-07-01", "--store", server.store)
    assert ranked.stdout.splitlines()[1].startswith("1,")
    refused = rasure("load", "police-uk", tmp_path / "none", "--store", server.store)
    assert (refused.returncode, "does not exist" in refused.stderr) == (1, True)
    rebuilt = rasure("store", "rebuild", "--store", server.store)
    assert (rebuilt.returncode, "in use by process" in rebuilt.stderr) == (1, True)
