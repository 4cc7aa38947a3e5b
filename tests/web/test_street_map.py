"""What folium is given: record text must come out as itself, and as nothing else, on the server and in the browser."""

import html
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.services.hot_spots import Question
from rasure.services.place_record import PlaceRecord, Premises, Since
from rasure.services.street_map import PatrolArea, Point, PointGroup, StreetPicture
from rasure.terms import Window
from rasure.web import street_map

OUTLINE = ((-0.97, 51.455), (-0.972, 51.456), (-0.974, 51.455), (-0.974, 51.454), (-0.972, 51.453), (-0.97, 51.454))
PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`+alert(1)+`",
    "\\`;alert(1)//",
    "'\"><svg onload=alert(1)>",
    "{{ 7 * 191 }}",
    "{% for x in (1, 2) %}looped{% endfor %}",
    "{# gone #}here",
    "alert(coords);",
    "line\u2028break\n</b>",
]


def record(name: str) -> PlaceRecord:
    empty: dict[str, Any] = dict.fromkeys(
        ("known_from", "standing", "trend", "hours", "people", "tasked", "dose", "since_published", "apart")
    )
    lists: dict[str, Any] = dict.fromkeys(("by_age", "mix", "recent", "plans", "caveats"), ())
    return PlaceRecord(
        cell=1, name=name, street=name, lpa="W", lpa_name="West", lon=-0.972, lat=51.4545, e_m=0.0, n_m=0.0,
        outline=OUTLINE, question=Question(date(2026, 3, 1)), period=Window(date(2025, 1, 1), date(2026, 2, 28)),
        since=Since(()), premises=(Premises("P", name, "shop", False, 3, -0.971, 51.455),), **empty, **lists,
    )  # fmt: skip


def picture(name: str) -> StreetPicture:
    group = PointGroup(name, 3, date(2025, 2, 1), date(2026, 2, 2), False)
    point = Point(-0.9721, 51.4546, name, 3, False, False, (group,))
    area = PatrolArea(1, name, (*OUTLINE, OUTLINE[0]))
    return StreetPicture((point,), (area,), (-0.98, 51.45, -0.96, 51.46), "a-b", True, "")


def drawn(name: str) -> str:
    """Return all that reaches the browser: the script and the header, by both ways folium renders."""
    from streamlit_folium import generate_leaflet_string

    made = street_map.folium_map(record(name), picture(name), "light")
    page: str = made.get_root().render()
    return page + generate_leaflet_string(street_map.folium_map(record(name), picture(name), "light"))


@given(st.text())
def test_safe_text_reads_as_written_and_holds_nothing_that_template_script_or_markup_reads(words: str) -> None:
    made = street_map.safe(words)
    assert re.fullmatch(r"(?:[^\W_]| |&#\d+;)*", made)
    if not any(0x80 <= ord(letter) <= 0x9F or ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF for letter in words):
        assert html.unescape(made) == words.replace("\x7f", html.unescape("&#127;"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_drawn_differs_from_a_harmless_map_only_by_the_safe_text(payload: str) -> None:
    ids = re.compile(r"[0-9a-f]{32}")
    harmless = ids.sub("ID", drawn("HARMLESS"))
    assert ids.sub("ID", drawn(payload)) == harmless.replace("HARMLESS", street_map.safe(payload))
    assert harmless.count("HARMLESS") > 8


def test_every_script_and_style_comes_from_here() -> None:
    made = drawn("Larch Row")
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)["']|url\(([^)]+)\)|fetch\("([^"]+)""", made)
    found = {part for match in addresses for part in match if part}
    assert found
    assert {address for address in found if not address.startswith("/assets/")} == set()
    assert "http" not in made.replace("http-equiv", "").replace("http://www.w3.org", "")


def test_places_where_no_street_is_known_say_so_and_a_home_is_told_apart() -> None:
    nobody = replace(picture("x").points[0], street=None, is_home=True)
    there = replace(picture("x"), points=(nobody,), has_streets=False)
    said = street_map.notes(record("x"), there)
    assert any("no home is pointed at" in line for line in said)
    assert any("No street map is loaded" in line for line in said)
    assert street_map.safe("not recorded").split()[0] in str(street_map._point_words(nobody)).lower()
