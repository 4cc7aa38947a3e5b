"""The lists of people in a real browser: a decision, a reason before a record, an export, and can it be read?"""

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, expect

from rasure.services import weekly_words
from rasure.settings import settings
from rasure.store.store import open_store
from tests.browser.conftest import Server, Visit, served
from tests.extracts import load, load_squares, manifest
from tests.list_world import AS_OF, FAR, HISTORY, PAT, SUE, extract

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("lists-served")
    store = open_store(folder / "store", reference_folder=settings().reference)
    load_squares(store, folder)
    records = extract(folder / "drop", HISTORY)
    manifest(records, signed=True, extracted_at=f"{AS_OF}T12:00:00Z")
    load(store, records)
    store.close()
    yield from served(folder / "store", folder / "in")


def pick(visit: Visit, label: str, option: str) -> None:
    """Choose from a list as a hand does: scroll to it, then press; a list that scrolls as it opens closes at once."""
    box = visit.page.get_by_role("combobox", name=label)
    box.focus()
    visit.page.keyboard.press("ArrowDown")
    visit.page.get_by_role("option", name=option).first.click()
    visit.settled()


def logged(server: Server, said: str) -> int:
    """Count the records of the audit log that hold some text."""
    return sum(
        line.count(said) > 0
        for file in (server.store / "audit").rglob("*")
        if file.is_file()
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
    )


def heading(visit: Visit) -> Locator:
    return visit.page.locator("h1")


def test_a_person_is_nominated_and_the_record_opens_after_one_reason(server: Server, visit: Visit) -> None:
    visit.open(f"{server.url}/people")
    page = visit.page
    pick(visit, "Whose entry", FAR)
    page.get_by_label("Why", exact=True).fill("Two blades in two months, Op Thistle")
    page.get_by_role("button", name="Nominate for the list").click()
    expect(page.get_by_text("Nominated: FAR")).to_be_visible()
    pick(visit, "Whose entry", FAR)
    expect(page.get_by_text("You nominated this person")).to_be_visible()
    expect(page.get_by_text("Approve: put on the list")).to_have_count(0)
    visit.readable()
    page.set_viewport_size({"width": 1440, "height": 900})

    opened = logged(server, "Robbery series")
    pick(visit, "Whose entry", PAT)
    whole = page.get_by_role("link", name="Open the whole record")
    expect(whole).to_have_attribute("href", re.compile(f"person={PAT}"))
    whole.click()
    expect(heading(visit)).to_contain_text("why you need this record")
    assert logged(server, "Robbery series") == opened == 0
    pick(visit, "Reason", "Investigation")
    page.get_by_label("In your own words").fill("Robbery series")
    page.get_by_label("Operation, crime or request number").fill("Op Thistle")
    page.get_by_role("button", name="Open, and log it").click()
    expect(heading(visit)).to_contain_text("Canary-Pat")
    assert logged(server, "Robbery series") == 1
    visit.readable()
    assert (visit.outside, visit.errors) == ([], [])


def test_a_list_leaves_with_a_reason_and_fairness_can_be_read(server: Server, visit: Visit) -> None:
    visit.open(f"{server.url}/people?people_list=People+at+heightened+risk")
    page = visit.page
    pick(visit, "Whose entry", SUE)
    page.get_by_label("Why", exact=True).fill("Three assaults in a year, Op Thistle")
    page.get_by_role("button", name="Nominate for the list").click()
    expect(page.get_by_text("Nominated: SUE")).to_be_visible()
    page.get_by_label("Why it leaves, with a reference").fill("Tasking meeting, Op Thistle")
    page.get_by_label("Who receives it").fill("Insp. West")
    with page.expect_download() as taken:
        page.get_by_role("button", name="as CSV").first.click()
    file = taken.value.path().read_text(encoding="utf-8")
    assert file.startswith("# OFFICIAL-SENSITIVE")
    assert "Canary" not in file
    assert logged(server, "Tasking meeting") == 1
    visit.open(f"{server.url}/fairness")
    expect(heading(visit)).to_be_visible()
    visit.readable()
    assert (visit.outside, visit.errors) == ([], [])


def test_the_week_leads_to_the_pages_that_explain_it_and_back_returns(server: Server, visit: Visit) -> None:
    asked = urlencode({"week": weekly_words.week(date(2026, 2, 9)), "week-area": "West Square"})
    visit.open(f"{server.url}/command?{asked}")
    expect(visit.page.locator(".rasure-figures a").first).to_be_visible()
    page, said = visit.page, heading(visit).inner_text()
    shown = page.locator(".rasure-figures a, table.rasure a").filter(visible=True)
    links = {urlsplit(href).path: href for href in [one.get_attribute("href") or "" for one in shown.all()]}
    assert {"/hot_spots", "/people", "/data"} <= links.keys()
    for path in ("/hot_spots", "/people", "/data"):
        shown.and_(page.locator(f'[href="{links[path]}"]')).first.click()
        page.wait_for_url(f"**{path}*")
        visit.settled()
        expect(heading(visit)).not_to_have_text(said)
        chosen = parse_qs(urlsplit(links[path]).query)
        assert path == "/data" or "West Square" in {one for values in chosen.values() for one in values}
        assert parse_qs(urlsplit(page.url).query) == chosen
        page.go_back()
        expect(heading(visit)).to_have_text(said)
        assert urlsplit(page.url).path == "/command"
        assert parse_qs(urlsplit(page.url).query) == parse_qs(asked)
    assert (visit.outside, visit.errors) == ([], [])
