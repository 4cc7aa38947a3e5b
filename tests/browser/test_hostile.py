"""Hostile text in every record and every address, walked through page by page: it shows as itself and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from rasure.access.roles import permits
from rasure.settings import PROJECT, settings
from rasure.store.store import open_store
from rasure.terms import Role
from rasure.web import navigation
from rasure.web.hot_spots_views import VIEWS
from tests import hostile_world
from tests.browser.conftest import Server, Visit, served
from tests.hostile_strings import EVERY, MARKDOWN, OUTSIDE, XSS

pytestmark = [pytest.mark.browser]
#: Ran, came to life, or leads out: what may be nowhere in a page or a frame of it.
ALIVE = """host => {
  const found = window.__hit === undefined ? [] : ['ran: ' + window.__hit];
  for (const node of document.querySelectorAll('*')) {
    if (node.classList.contains('planted')) found.push('came to life: ' + node.outerHTML.slice(0, 200));
    for (const {name, value} of node.attributes) {
      if (name.startsWith('on')) found.push('handler: ' + node.outerHTML.slice(0, 200));
      if (!['href', 'src', 'action', 'formaction', 'srcdoc', 'poster', 'data', 'xlink:href'].includes(name)) continue;
      let to;
      try { to = new URL(value, document.baseURI); } catch { continue; }
      if (to.hostname === host || /^(javascript|vbscript):/.test(to.protocol)) found.push('leads out: ' + value);
    }
  }
  return found;
}"""
#: Every fold at once: one after the other, each waits for the one before to have slid over a map.
UNFOLD = "document.querySelectorAll('[data-testid=stExpander] details:not([open]) > summary').forEach(s => s.click())"
UNFOLDED = """() => [...document.querySelectorAll('[data-testid=stExpander] details')].every(
  fold => fold.open && !fold.getAnimations().length && !fold.style.height
    && !fold.querySelector('[data-testid=stExpanderDetails][inert]'))"""
VIEW_NAMES = ["", *VIEWS]


def bound() -> list[str]:
    """Return every parameter a page keeps in its address, from the source of the pages."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "rasure" / "web").glob("*.py"))
    widgets = re.findall(r'key="([\w-]+)"[^()]*bind="query-params"', text)
    helped = re.findall(r'_one\(.*, "([\w-]+)", (?:\d+|None)\)', text)
    return sorted({*widgets, *helped, *re.findall(r'query_params(?:\.get\(|\[)"([\w-]+)"', text)})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    hostile_world.build(open_store(folder / "store", reference_folder=settings().reference), folder / "world").close()
    yield from served(folder / "store", folder / "world")


def walked(visit: Visit) -> str:
    """Open, point at and press what a page has; return its words, having held that nothing in it lives."""
    page = visit.page
    expect(page.locator("h1").first).to_be_visible()
    page.evaluate(UNFOLD)
    page.wait_for_function(UNFOLDED)
    visit.settled()
    pointed_at(page)
    said = page.locator("body").inner_text()
    for frame in page.frames:
        assert frame.evaluate(ALIVE, OUTSIDE) == [], page.url
        said += frame.locator("body").inner_text()
    assert visit.outside == [], page.url
    return said


def pointed_at(page: Page) -> None:
    """Move over maps, charts and tables, and press a place of the map and a marker of the street map."""
    for name in ("stDeckGlJsonChart", "stVegaLiteChart", "stDataFrame"):
        for shown in page.get_by_test_id(name).all()[:3]:
            shown.scroll_into_view_if_needed()
            box = shown.bounding_box()
            assert box is not None
            for across in (0.3, 0.5, 0.7):
                page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * 0.5)
    for row in page.locator("table.rasure tbody tr").all()[:2]:
        row.hover()
    for frame in page.frames[1:]:
        for marker in frame.locator(".mark.point").all()[:3]:
            marker.dispatch_event("mouseover")
            marker.dispatch_event("click")


def test_every_page_shows_every_text_as_itself(server: Server, visit: Visit) -> None:
    pages = [stem for stem, _, action in navigation.PAGES if action is None or permits(Role.ANALYST, action)]
    said = ""
    for stem in pages:
        for view in VIEW_NAMES if stem == "hot_spots" else [""]:
            visit.open(f"{server.url}/{stem}?{urlencode({'view': view}) if view else ''}")
            said += walked(visit)
    unseen = [text for text in (*XSS, *MARKDOWN) if not is_in(text, said)]
    for text in (XSS[1], *unseen):
        visit.open(f"{server.url}/place?place={hostile_world.cell(EVERY.index(text))}")
        visit.page.frame_locator("iframe[title*=folium]").locator(".mark.point").first.wait_for()
        assert is_in(text, walked(visit))
    assert visit.errors == []
    assert len(unseen) < 5


def is_in(text: str, said: str) -> bool:
    """Tell whether a page says a text as it was written, but for how it is spaced."""
    return " ".join(text.split()) in " ".join(said.split())


def test_no_text_in_an_address_lives(server: Server, visit: Visit) -> None:
    names = bound()
    assert {"area", "offences", "place", "view", "shift", "shading", "until"} <= set(names)
    mixed = [
        {name: EVERY[(number * 11 + place) % len(EVERY)] for place, name in enumerate((*names, "unknown"))}
        for number in range(len(navigation.FILTERED))
    ]
    for stem, given in zip((*navigation.FILTERED, "hot_spots"), (*mixed, dict.fromkeys(names, XSS[1])), strict=True):
        visit.open(f"{server.url}/{stem}?{urlencode(given)}")
        walked(visit)


def test_the_log_shows_what_was_looked_for_as_text(server: Server, visit: Visit) -> None:
    visit.open(f"{server.url}/data")
    visit.page.get_by_role("combobox", name="Signed in as").click()
    visit.page.get_by_role("option", name="Auditor").click()
    expect(visit.page.get_by_role("link", name="Audit")).to_be_visible()
    for text in (XSS[1], MARKDOWN[0]):
        visit.open(f"{server.url}/audit")
        visit.page.get_by_role("textbox", name="Who").fill(text)
        visit.page.get_by_role("button", name="Search").click()
        expect(visit.page.get_by_text("No record matches")).to_be_visible()
        walked(visit)
    assert visit.errors == []
