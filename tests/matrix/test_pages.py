"""Every page by every reader: what it sends to the browser holds no word and no hexagon of another's area.

The pages are those the navigation offers; on each, every choice of every control is tried. What a page sends is read
as it leaves: titles, tables, chart data, filter lists, map layers, links.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rasure.access.roles import permits
from rasure.gate import identity
from rasure.services import sessions
from rasure.settings import PROJECT
from rasure.web import navigation
from tests import canary_force
from tests.canary_force import EAST, WEST
from tests.matrix.readers import BY_NAME, READERS, Reader, standing, strays

#: What the address of a page may name: everything of one area, whoever asks.
NAMED = [
    {
        "place": str(canary_force.cells(which)[0]),
        "person": canary_force.person_ids(which)[who],
        "incident": f"OFF-{which.place}-0",
        "patrol": f"PAT-{which.place}-1",
        "hotspot": f"H-{which.place}",
    }
    for which, who in ((WEST, "victim"), (EAST, "carrier"))
]
#: Choices tried of one control; lists of offence groups and the like are longer.
MOST_CHOICES = 3
#: Pages that read no records: opened by everybody, and that is all.
WITHOUT_RECORDS = {"checks", "about"}
#: Readers by whom every choice is tried; what the others may see is a part or the like of it.
TRY_EVERYTHING = {"gold", "inspector-W", "offender_manager-W", "partner-W", "auditor"}


@pytest.fixture(scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with standing(tmp_path_factory.mktemp("matrix")):
        st.cache_data.clear()
        yield


def opened(reader: Reader, page: str, **asked: str) -> AppTest:
    """Open a page as somebody, with what the address names."""
    secret = sessions.begin(reader.principal)
    shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
    shell.user = {identity.USER_KEY: identity.signed(secret)}
    shell.switch_page(str(PROJECT / "pages" / f"{page}.py"))
    for name, value in asked.items():
        shell.query_params[name] = value
    return shell.run()


def sent(shell: AppTest) -> bytes:
    """Return everything the page sent to the browser, as bytes."""

    def walk(node: Any) -> Iterator[bytes]:
        proto = getattr(node, "proto", None)
        if proto is not None:
            yield proto.SerializeToString()
        for child in getattr(node, "children", {}).values():
            yield from walk(child)

    return b"\n".join(walk(shell._tree))


def visits(shell: AppTest, *, thoroughly: bool) -> Iterator[tuple[str, bytes]]:
    """Yield what the page sends at first, and after each choice of each of its controls."""
    yield "at first", sent(shell)
    if not thoroughly:
        return
    controls = [(kind, widget.key) for kind in ("selectbox", "radio", "multiselect") for widget in shell.get(kind)]
    for kind, key in controls:
        for choice in _options(shell, kind, key):
            found = _control(shell, kind, key)
            if found is None:
                break
            found.set_value([choice] if kind == "multiselect" else choice).run()
            yield f"{key or kind} = {choice}", sent(shell)
    for key in [widget.key for widget in [*shell.toggle, *shell.checkbox]]:
        for found in [widget for widget in [*shell.toggle, *shell.checkbox] if widget.key == key]:
            found.set_value(not found.value).run()
            yield f"{key} turned", sent(shell)


def _control(shell: AppTest, kind: str, key: str | None) -> Any:
    return next((widget for widget in shell.get(kind) if widget.key == key), None)


def _options(shell: AppTest, kind: str, key: str | None) -> list[Any]:
    found = _control(shell, kind, key)
    return [] if found is None or key == "demo_person" else list(found.options)[:MOST_CHOICES]


def pages_of(reader: Reader) -> list[str]:
    return [stem for stem, _, action in navigation.PAGES if action is None or permits(reader.principal.role, action)]


@pytest.mark.parametrize("name", list(BY_NAME))
def test_nothing_of_anothers_is_on_any_page(name: str) -> None:
    reader, strayed = BY_NAME[name], []
    for page in pages_of(reader):
        for where, shown in visits(
            opened(reader, page), thoroughly=name in TRY_EVERYTHING and page not in WITHOUT_RECORDS
        ):
            strayed += [(page, where, word) for word in strays(reader, shown)]
    assert strayed == []


@pytest.mark.parametrize("name", list(BY_NAME))
def test_an_address_that_names_anothers_shows_nothing_of_it(name: str) -> None:
    reader, strayed = BY_NAME[name], []
    for page in sorted(set(pages_of(reader)) - WITHOUT_RECORDS):
        for named in NAMED:
            shown = sent(opened(reader, page, **named))
            for value in named.values():
                shown = shown.replace(value.encode(), b"")
            strayed += [(page, named, word) for word in strays(reader, shown)]
    assert strayed == []


class TestTheSearchItself:
    """A search that finds nothing anywhere would be green for ever."""

    def test_the_analyst_is_shown_both_areas(self) -> None:
        shown = b"".join(sent(opened(READERS[0], page)) for page in pages_of(READERS[0]))
        assert WEST.place.encode() in shown
        assert EAST.place.encode() in shown

    def test_an_inspector_is_shown_the_own_area_and_its_hexagons(self) -> None:
        west = BY_NAME["inspector-W"]
        shown = sent(opened(west, "place", **NAMED[0]))
        assert WEST.place.encode() in shown
        assert NAMED[0]["place"].encode() in shown

    def test_what_must_not_be_shown_is_found_when_it_is(self) -> None:
        west = BY_NAME["inspector-W"]
        assert strays(west, sent(opened(READERS[0], "institutions"))) != []

    def test_every_page_is_walked_by_somebody(self) -> None:
        walked = {page for reader in READERS for page in pages_of(reader)}
        assert walked == {stem for stem, _, _ in navigation.PAGES}
