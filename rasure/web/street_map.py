"""The street map of one place, drawn by folium in a frame of its own, with nothing fetched from outside.

Folium puts text into a script, once through a template and once through a template literal, so text of a record could
run here and on the server. Everything it is given goes through `safe`; nothing else may reach a popup or a tooltip.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from rasure.access.scope import Scope
from rasure.api.basemap_style import THEMES
from rasure.places.plane import Plane
from rasure.services.place_record import PlaceRecord, Premises
from rasure.services.street_map import Point, PointGroup, StreetPicture
from rasure.web import reads, tables, text, theme
from rasure.web.street_map_style import drawn_by_script, style_sheet

if TYPE_CHECKING:
    import folium

HEIGHT_PX = 520
_LEAFLET = "/assets/vendor/leaflet-1.9.4"
_SCRIPTS = [
    ("leaflet", f"{_LEAFLET}/leaflet.js"),
    ("jquery", "/assets/vendor/jquery-3.7.1/jquery.slim.min.js"),
]
_STYLES = [("leaflet_css", f"{_LEAFLET}/leaflet.css")]
_ROWS = 20
#: The map opens on the hexagon and a little ground round it: metres from the centre.
_OPENING_M = 165.0


def draw(scope: Scope, record: PlaceRecord) -> None:
    """Draw the outline of a place, its patrol areas, the points offences are recorded at, its premises; and a table."""
    picture = reads.street_picture(scope, record, reads.version())
    from streamlit_folium import st_folium

    st_folium(
        folium_map(record, picture, theme.theme_name()),
        key="street-map",
        height=HEIGHT_PX,
        use_container_width=True,
        returned_objects=[],
        render=False,
    )
    for said in notes(record, picture):
        tables.note(said)
    with st.expander("What the map shows, as tables"):
        points_table(record, picture)


def safe(words: str) -> str:
    """Return record text for folium: every letter but plain ones as a character reference, so that nothing can run.

    HTML escaping alone leaves braces, backticks, dollar signs and backslashes, which template and script would read.
    """
    return "".join(letter if letter.isalnum() or letter == " " else f"&#{ord(letter)};" for letter in words)


def folium_map(record: PlaceRecord, picture: StreetPicture, theme_name: str) -> "folium.Map":
    """Return the map; only `safe` text, numbers and our own words are in it."""
    import folium

    class OwnMap(folium.Map):  # type: ignore[misc]
        default_js = _SCRIPTS
        default_css = _STYLES

    west, south, east, north = picture.box
    drawn = OwnMap(
        location=(record.lat, record.lon),
        tiles=None,
        control_scale=True,
        zoom_start=17,
        zoom_snap=0.25,
        min_zoom=16,
        max_zoom=19,
        scroll_wheel_zoom=False,
        max_bounds=True,
        min_lat=south,
        max_lat=north,
        min_lon=west,
        max_lon=east,
    )
    colours = theme.palette_of(theme_name)
    for element in drawn_by_script(_settings(picture, theme_name), style_sheet(colours, THEMES[theme_name])):
        drawn.add_child(element)
    for area in picture.patrol_areas:
        folium.Polygon(
            [(lat, lon) for lon, lat in area.outline], class_name="area", tooltip=_tooltip([area.name, "Patrol area"])
        ).add_to(drawn)
    folium.Polygon([(lat, lon) for lon, lat in record.outline], class_name="place", interactive=False).add_to(drawn)
    for premises in record.premises:
        _marker(premises.lat, premises.lon, "premises", 30, "", _premises_words(premises)).add_to(drawn)
    for point in reversed(picture.points):
        kind = "home" if point.is_home else "weak" if point.is_weak else ""
        size = 22 if point.n < 10 else 26 if point.n < 50 else 32
        _marker(point.lat, point.lon, f"point {kind}".strip(), size, str(point.n), _point_words(point)).add_to(drawn)
    west, south, east, north = Plane(record.lon, record.lat).box(_OPENING_M, _OPENING_M)
    drawn.fit_bounds([(south, west), (north, east)])
    return drawn


def notes(record: PlaceRecord, picture: StreetPicture) -> list[str]:
    """Say what the map shows and what it cannot."""
    shown = sum(point.n for point in picture.points)
    said = [
        f"{text.counted(shown, 'offence')} at {text.counted(len(picture.points), 'point')}; the number in a circle is"
        " how many."
        + (" Squares are premises." if record.premises else "")
        + (" Dashed lines are the patrol areas of its hot spot." if picture.patrol_areas else "")
    ]
    if record.apart:
        said.append(f"{record.apart.offences:,} of them are at {record.apart.name}, which the rank leaves out.")
    if any(point.is_home for point in picture.points):
        said.append("Offences at homes stand in squares of 50 metres, not at the door: no home is pointed at.")
    if any(point.is_weak for point in picture.points):
        said.append("Pale circles are points a system puts in when it knows no better.")
    if any(group.is_month for point in picture.points for group in point.groups):
        said.append("Published points are anonymised: many offences of an area share one.")
    if not picture.has_streets:
        said.append("No street map is loaded for this ground: python -m rasure load basemap ROADS adds one.")
    elif picture.attribution:
        said.append(picture.attribution)
    return said


def points_table(record: PlaceRecord, picture: StreetPicture) -> None:
    """Draw what the map shows as a table: points and premises."""
    rows: list[tuple[object, ...]] = [
        (point.street or "not recorded", _kind(point), point.n, "; ".join(map(_group_words, point.groups)))
        for point in picture.points[:_ROWS]
    ]
    left_out = len(picture.points) - len(rows)
    caption = "Points on the map" + (f", the first {_ROWS} of {len(picture.points)}" if left_out > 0 else "")
    tables.table(caption, ("Street", "Kind", "Offences", "What, and when"), rows, numeric=(2,))
    if record.premises:
        tables.table(
            "Premises on the map",
            ("Premises", "Kind", "Offences"),
            [(place.name, _words(place.kind), place.offences) for place in record.premises],
            numeric=(2,),
        )


def _settings(picture: StreetPicture, theme_name: str) -> dict[str, Any]:
    """Return what the script of the ground needs: where streets come from, and the colours of the basemap."""
    box = ",".join(f"{edge:.6f}" for edge in picture.box)
    url = "/basemap/streets.json?" + urlencode({"box": box, "v": picture.basemap_version})
    return {"url": url if picture.basemap_version else None, "colours": dict(THEMES[theme_name])}


def _marker(lat: float, lon: float, kind: str, size_px: int, label: str, lines: list[str]) -> "folium.Marker":
    import folium

    icon = folium.DivIcon(html=label or "&nbsp;", icon_size=(size_px, size_px), class_name=f"mark {kind}")
    popup = folium.Popup(folium.Html(_html(lines), script=True), max_width=280)
    return folium.Marker(
        (lat, lon),
        icon=icon,
        popup=popup,
        tooltip=_tooltip(lines[:2]),
        rise_on_hover=True,
        z_index_offset=1000 if label else 0,
    )


def _tooltip(lines: list[str]) -> "folium.Tooltip":
    import folium

    return folium.Tooltip(_html(lines), sticky=False)


def _html(lines: list[str]) -> str:
    """Return lines as HTML, the first in bold; the only place where text becomes markup for folium."""
    first, *others = (safe(line) for line in lines)
    return "<br>".join([f"<b>{first}</b>", *others])


def _point_words(point: Point) -> list[str]:
    where = point.street or "Street not recorded"
    of = f"{text.counted(point.n, 'offence')}"
    if point.is_home:
        of += " at homes"
    return [where, of, *map(_group_words, point.groups)]


def _group_words(group: PointGroup) -> str:
    """Write `3 robbery, 3 March 2025 to 8 May 2026`; months where days are not known."""
    write = text.month if group.is_month else text.day
    return f"{group.n:,} {group.name}, {_span(write(group.first_on), write(group.last_on))}"


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _premises_words(premises: Premises) -> list[str]:
    return [premises.name, _words(premises.kind).capitalize(), text.counted(premises.offences, "offence")]


def _kind(point: Point) -> str:
    return "homes" if point.is_home else "default point" if point.is_weak else "point"


def _words(kind: str) -> str:
    return kind.replace("_", " ")
