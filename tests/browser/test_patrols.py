"""An inspector's patrols in a real browser: a track, a visit restored with a reason, a board that stands still."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import WebSocket, expect

from rasure.ingest import load_boundaries, load_police_uk
from rasure.services import operational_day
from rasure.settings import settings
from rasure.store.analytics import presence
from rasure.store.store import Store, open_store
from tests.browser.conftest import Server, Visit, offences, served
from tests.browser.test_people import logged
from tests.makers import squares
from tests.patrol_world import HELD, add, at, fill
from tests.patrol_world import visit as visited

pytestmark = [pytest.mark.browser]

REASON = "The radio lay in the car while two of us stood there"

#: Marks what the board has drawn, and counts what of it is taken away afterwards.
_WATCH = """() => {
    window.taken = 0;
    const holds = (node) => node.matches?.('table, h1') || node.querySelector?.('table, h1');
    const count = (change) => change.removedNodes.forEach((node) => window.taken += !!holds(node));
    new MutationObserver((changes) => changes.forEach(count))
        .observe(document.querySelector('[data-testid=stMain]'), {childList: true, subtree: true});
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("patrols-served")
    store = open_store(folder / "store", reference_folder=settings().reference)
    load_boundaries.load(store, squares(folder / "areas.geojson"))
    load_police_uk.load(store, offences(folder / "in"))
    _patrol(store)
    store.close()
    yield from served(folder / "store", folder / "in")


def _patrol(store: Store) -> None:
    """Assign a week and today; West was patrolled every day, yesterday by somebody whose device stood too still."""
    today = operational_day.op_day(operational_day.machine_now())
    days = [today - timedelta(days=n) for n in range(8)]
    arms = {(day, spot): "control" if spot == "W2" else "patrol" for day in days for spot in ("W1", "W2", "E1")}
    visits = [visited("W1", 9, 15, day=day) for day in days[2:]]
    visits += [visited("W1", 10, 14, officer="PC2", flag="same_point", day=days[1])]
    with store.analytics.transaction() as writer:
        e_dm, n_dm, cell = writer.rows("select e_dm, n_dm, cell from offence where lpa = 'West' limit 1")[0]
        there = {"e_dm": e_dm, "n_dm": n_dm, "cell": cell}
        area = {"patrol_area_id": "W1-1", "hotspot_id": "W1", "set_id": "S", "version": 1, "lpa": "West"}
        add(writer, "patrol_area", [area | there | {"name": "W1 Road"} | HELD])
        ping = {"officer_id": "PC2", "source": "app", "batch_id": 1, "flag": "same_point"} | there
        add(writer, "ping", [ping | {"seen_at": at(10 + n / 60, days[1]), "seq": n} for n in range(15)])
    presence.ensure(store.analytics)
    fill(store.analytics, arms, visits)


def become_inspector(visit: Visit) -> None:
    visit.page.get_by_role("combobox", name="Signed in as").click()
    visit.page.get_by_role("option", name="Inspector · West", exact=True).click()
    expect(visit.page.get_by_role("link", name="Patrols")).to_be_visible()
    visit.settled()


def test_an_inspector_looks_at_a_track_and_restores_a_doubted_visit(server: Server, visit: Visit) -> None:
    visit.open(server.url)
    page = visit.page
    become_inspector(visit)
    visit.open(f"{server.url}/patrols")
    expect(page.locator("h1")).to_contain_text("West")
    expect(page.get_by_text("6 of 7 patrol days").first).to_be_visible()
    assert logged(server, "visit:PC2:W1") == 0

    visit.unfold("Look at the track of one visit")
    page.get_by_role("button", name="Show the track").click()
    expect(page.get_by_text("15 positions from five minutes before")).to_be_visible()
    expect(page.get_by_test_id("stDeckGlJsonChart")).to_be_visible()
    assert logged(server, "visit:PC2:W1") == 1

    page.get_by_label("What do you know of this visit?").fill("short")
    page.get_by_role("button", name="Restore this visit").click()
    expect(page.get_by_text("Give a reason of at least 10 characters")).to_be_visible()
    assert logged(server, "visit:PC2:W1") == 1
    page.get_by_label("What do you know of this visit?").fill(REASON)
    page.get_by_role("button", name="Restore this visit").click()
    expect(page.get_by_text("7 of 7 patrol days").first).to_be_visible()
    expect(page.get_by_text("restored, counted").first).to_be_visible()
    assert logged(server, REASON) == 1
    visit.readable()
    assert (visit.outside, visit.errors) == ([], [])


def test_the_board_is_drawn_again_without_being_taken_away(server: Server, visit: Visit) -> None:
    page = visit.page
    sockets: list[WebSocket] = []
    page.on("websocket", lambda socket: sockets.append(socket))
    page.clock.install()
    visit.open(f"{server.url}/live")
    become_inspector(visit)
    expect(page.get_by_text("No visit yet today, longest alone first")).to_be_visible()
    expect(page.get_by_text("W1 Road").first).to_be_visible()
    expect(page.get_by_text("E1 Road")).to_have_count(0)
    page.evaluate(_WATCH)
    with sockets[-1].expect_event("framereceived"):
        page.clock.fast_forward(31_000)
    visit.settled()
    expect(page.get_by_text("W1 Road").first).to_be_visible()
    assert page.evaluate("window.taken") == 0
    visit.readable()
    assert (visit.outside, visit.errors) == ([], [])
