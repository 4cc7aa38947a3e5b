"""The street map in a real browser: record text shows as itself when a marker is opened, and never runs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, expect

from rasure.geo import to_bng, to_wgs84
from rasure.ingest import load_boundaries, load_police_uk
from rasure.places import grid
from rasure.settings import settings
from rasure.store.store import open_store
from tests.browser.conftest import Server, Visit, served
from tests.makers import WEST, crime, published, squares

pytestmark = [pytest.mark.browser]

#: Every one would say "alert" somewhere if it ran: in markup, in the script's text, or in the server's template.
PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "</div><script>alert(1)</script>",
    "${alert(1)} Street",
    "`+alert(1)+` Street",
    "\\`;alert(1);//",
    "'\"><svg onload=alert(1)>",
    "{{ 7 * 191 }} Street",
    "<a href=javascript:alert(1)>Lane</a>",
]
CELL = int(grid.cells_of(*to_bng([WEST[0]], [WEST[1]]))[0])
(LON,), (LAT,) = to_wgs84(*grid.centres([CELL]))


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve one place whose streets are named to break out of every layer between the record and the screen."""
    folder = tmp_path_factory.mktemp("hostile")
    store = open_store(folder / "store", reference_folder=settings().reference)
    load_boundaries.load(store, squares(folder / "areas.geojson"))
    rows = [
        crime(
            f"c{n}-{many}",
            month="2025-06",
            at=(round(float(LON) + 0.0003 * (n % 4 - 1.5), 6), round(float(LAT) + 0.0004 * (n // 4), 6)),
            where=f"On or near {payload}",
        )
        for n, payload in enumerate(PAYLOADS)
        for many in range(n + 1)
    ]
    published(folder / "in", "2025-06", "street", rows)
    load_police_uk.load(store, folder / "in")
    store.close()
    yield from served(folder / "store", folder / "in")


def opened(visit: Visit, server: Server) -> FrameLocator:
    visit.open(f"{server.url}/place?place={CELL}")
    frame = visit.page.frame_locator("iframe[title*=folium]")
    expect(frame.locator(".mark.point").first).to_be_visible()
    return frame


@pytest.mark.parametrize("visit", [1440, 390], indirect=True)
def test_no_name_of_a_street_runs_when_its_marker_is_pointed_at_and_opened(
    hostile_server: Server, visit: Visit
) -> None:
    ran: list[str] = []
    visit.page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    frame = opened(visit, hostile_server)
    markers = frame.locator(".mark.point")
    read = set()
    for number in range(markers.count()):
        markers.nth(number).dispatch_event("mouseover")
        markers.nth(number).focus()
        markers.nth(number).press("Enter")
        popup = frame.locator(".leaflet-popup-content b")
        expect(popup).to_be_visible()
        read.add(popup.inner_text())
        frame.locator(".leaflet-popup-close-button").click()
        expect(popup).to_have_count(0)
    assert read == set(PAYLOADS)
    assert ran == []
    assert visit.errors == []
    assert visit.outside == []


def test_what_the_map_shows_is_in_a_table_beside_it(hostile_server: Server, visit: Visit) -> None:
    opened(visit, hostile_server)
    visit.unfold("What the map shows, as tables")
    table = visit.page.locator("table.rasure").filter(has_text="Points on the map")
    expect(table.get_by_role("row")).to_have_count(1 + len(PAYLOADS))
    expect(table).to_contain_text(PAYLOADS[0])


def test_moving_the_map_does_not_run_the_page_again(hostile_server: Server, visit: Visit) -> None:
    frame = opened(visit, hostile_server)
    frame.locator(".mark.point").first.evaluate("element => { window.stays = 1 }")
    frame.locator(".leaflet-control-zoom-in").click()
    frame.locator(".leaflet-control-zoom-in").click()
    expect(frame.locator(".leaflet-zoom-anim")).to_have_count(0)
    visit.settled()
    assert frame.locator(".mark.point").first.evaluate("() => window.stays") == 1


def test_the_briefing_comes_as_a_file_from_a_link_on_the_page(hostile_server: Server, visit: Visit) -> None:
    opened(visit, hostile_server)
    with visit.page.expect_download() as coming:
        visit.page.get_by_role("link", name="Print the briefing").click()
    assert coming.value.suggested_filename.startswith("OFFICIAL-SENSITIVE-open-data-briefing-")
    assert coming.value.path().read_bytes().startswith(b"%PDF")
