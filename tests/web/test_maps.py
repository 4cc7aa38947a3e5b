import json
import math
import re
from typing import Any

import pydeck
import pytest

from rasure.web import maps
from rasure.web.map_geometry import convergence_degrees, hexagon, offset

READING = (-1.06, 51.41, -0.92, 51.49)
FORCE = (-1.72, 51.32, -0.48, 52.2)
COLOURS = ("#fce6b5", "#f8c36d", "#6d1a2c")


def spec(theme: str = "light", **options: Any) -> dict[str, Any]:
    view = maps.view_for(READING)
    layers = [
        maps.hexagons("/api/v1/map/hot-spots?v=1", colours=COLOURS, view=view),
        *maps.chosen_ring((-0.97, 51.45), theme=theme),
        *maps.scale_bar(view, theme=theme),
    ]
    drawn: dict[str, Any] = json.loads(maps.deck(layers, view=view, theme=theme, **options).to_json())
    return drawn


def texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for value in part.values() for text in texts(value)]
    if isinstance(part, list):
        return [text for value in part for text in texts(value)]
    return [part] if isinstance(part, str) else []


def evaluated(expression: str, row: dict[str, float]) -> list[int]:
    """Evaluate nested conditions as the page does, from the left."""
    for condition, value in re.findall(r"([^?:]+)\?([^:]+):", expression):
        name, limit = condition.split("<")
        if row[name.strip()] < float(limit):
            return json.loads(value)  # type: ignore[no-any-return]
    return json.loads(expression.rsplit(":", 1)[-1])  # type: ignore[no-any-return]


class TestDeck:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_the_style_is_ours(self, theme: str) -> None:
        assert spec(theme)["mapStyle"].startswith(f"/basemap/style.json?theme={theme}")

    @pytest.mark.parametrize("url", ["", "https://tiles.example/style.json", "mapbox://styles/x", "//host/basemap/"])
    def test_any_other_style_is_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match="basemap served here"):
            spec(style_url=url)

    def test_nothing_in_it_names_another_host(self) -> None:
        found = texts(spec(tooltip="{n} offences"))
        assert found
        assert [text for text in found if "://" in text or text.startswith("//")] == []

    def test_no_provider_is_named_for_streamlit_to_ask(self) -> None:
        assert "mapProvider" not in spec()
        assert not any("mapbox" in text or "carto" in text for text in texts(spec()))

    @pytest.mark.parametrize("url", ["https://elsewhere.example/rows.json", "//elsewhere.example/rows.json"])
    def test_rows_from_elsewhere_are_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match="must take its rows from here"):
            maps.deck([maps.hexagons(url, colours=COLOURS)], view=maps.view_for(READING), theme="light")

    def test_hexagons_travel_by_url_and_not_inline(self) -> None:
        (layer,) = (layer for layer in spec()["layers"] if layer["id"] == "hexagons")
        assert layer["data"] == "/api/v1/map/hot-spots?v=1"
        assert len(json.dumps(spec())) < 8_000

    def test_the_tooltip_is_text_and_never_markup(self) -> None:
        view = maps.view_for(READING)
        made = maps.deck([], view=view, theme="light", tooltip="<b>{n}</b>")
        assert made._tooltip["text"] == "<b>{n}</b>"
        assert "html" not in made._tooltip

    def test_every_layer_has_a_name_of_its_own(self) -> None:
        names = [layer["id"] for layer in spec()["layers"]]
        assert len(set(names)) == len(names) == 7

    def test_towns_are_named_once_over_or_under_the_data(self) -> None:
        over, under = spec(), spec(has_names_on_top=False)
        assert "names_below=0" in over["mapStyle"]
        assert over["layers"][-1]["id"] == "towns"
        assert "names_below" not in under["mapStyle"]
        assert "towns" not in [layer["id"] for layer in under["layers"]]

    def test_the_whole_force_names_only_its_large_towns(self) -> None:
        view = maps.view_for(FORCE)
        drawn = json.loads(maps.deck([], view=view, theme="light").to_json())
        assert "names_below=30000" in drawn["mapStyle"]
        assert ">= 30000 ?" in drawn["layers"][-1]["getText"]


class TestHexagons:
    def test_only_they_can_be_picked(self) -> None:
        assert [layer["id"] for layer in spec()["layers"] if layer.get("pickable")] == ["hexagons"]

    def test_are_flat_six_sided_and_the_size_of_the_grid(self) -> None:
        (layer,) = (layer for layer in spec()["layers"] if layer["id"] == "hexagons")
        assert (layer["@@type"], layer["diskResolution"], layer["radius"]) == ("ColumnLayer", 6, 139.0)
        assert layer["extruded"] is False

    def test_are_turned_as_the_grid_is(self) -> None:
        (layer,) = (layer for layer in spec()["layers"] if layer["id"] == "hexagons")
        assert layer["angle"] == pytest.approx(30 - 0.79, abs=0.02)

    def test_others_keep_their_colour_when_one_is_picked(self) -> None:
        """Streamlit caps the alpha of all others at 102: what starts there loses nothing."""
        for layer in spec()["layers"]:
            colour = layer.get("getFillColor") or layer.get("getColor")
            if isinstance(colour, str):
                colour = evaluated(colour.removeprefix("@@="), {"k": 0})
            if colour:
                assert colour[3] == 102, layer["id"]

    def test_labels_show_through(self) -> None:
        (layer,) = (layer for layer in spec()["layers"] if layer["id"] == "hexagons")
        assert 0.55 <= 102 / 255 * layer["opacity"] ** (1 / 2.2) <= 0.7


class TestFillExpression:
    @pytest.mark.parametrize(
        ("k", "rgb"), [(0, [252, 230, 181]), (1, [248, 195, 109]), (2, [109, 26, 44]), (9, [109, 26, 44])]
    )
    def test_gives_each_class_its_colour_and_the_last_to_any_beyond(self, k: int, rgb: list[int]) -> None:
        assert evaluated(maps.fill_expression(COLOURS), {"k": k})[:3] == rgb

    def test_uses_nothing_the_content_policy_would_stop(self) -> None:
        """The page reads the expression itself; a call in it is refused there."""
        assert "(" not in maps.fill_expression(COLOURS)

    def test_a_colour_that_is_none_is_refused(self) -> None:
        with pytest.raises(ValueError, match="#rrggbb"):
            maps.fill_expression(["red"])
        with pytest.raises(ValueError, match="at least one"):
            maps.fill_expression([])


class TestViewFor:
    @pytest.mark.parametrize("bounds", [READING, FORCE])
    def test_holds_the_bounds_with_little_to_spare(self, bounds: maps.Bounds) -> None:
        view = maps.view_for(bounds, height_px=560, width_px=760)
        west, south = offset(view, -380, 280)
        east, north = offset(view, 380, -280)
        assert west < bounds[0] < bounds[2] < east
        assert south < bounds[1] < bounds[3] < north
        assert (bounds[2] - bounds[0]) / (east - west) > 0.9 or (bounds[3] - bounds[1]) / (north - south) > 0.9

    def test_a_single_point_is_not_zoomed_into_without_end(self) -> None:
        assert maps.view_for((-0.97, 51.45, -0.97, 51.45)).zoom == 15.0


class TestChosenRing:
    def test_nothing_chosen_draws_nothing(self) -> None:
        assert maps.chosen_ring(None) == []

    def test_is_the_hexagon_round_its_centre(self) -> None:
        lon, lat = -0.97, 51.45
        for east, north in hexagon((lon, lat), 139.0):
            across_m = (east - lon) * 111_320 * math.cos(math.radians(lat))
            assert math.hypot(across_m, (north - lat) * 111_320) == pytest.approx(139.0, abs=0.5)
        assert len(hexagon((lon, lat), 139.0)) == 7

    def test_the_grid_turns_by_nothing_on_its_middle_line(self) -> None:
        assert convergence_degrees((-2.0, 52.0)) == 0.0


class TestScaleBar:
    @pytest.mark.parametrize(
        ("bounds", "words"), [(READING, "2 km"), (FORCE, "20 km"), ((-0.975, 51.452, -0.965, 51.458), "200 m")]
    )
    def test_is_as_long_as_it_says(self, bounds: maps.Bounds, words: str) -> None:
        under, bar, text = (json.loads(layer.to_json()) for layer in maps.scale_bar(maps.view_for(bounds)))
        (_, (west, lat), (east, _), _) = bar["data"][0]["path"]
        length_m = (east - west) * 111_320 * math.cos(math.radians(lat))
        assert text["data"][0]["text"] == words
        number, unit = words.split()
        assert length_m == pytest.approx(float(number) * (1000 if unit == "km" else 1), rel=0.001)
        assert under["data"] == bar["data"]

    @pytest.mark.parametrize("width_px", [360, 760, 1200])
    def test_lies_in_the_opening_view_however_wide(self, width_px: int) -> None:
        view = maps.view_for(READING, width_px=width_px)
        (_, (west, lat), (east, _), _) = json.loads(maps.scale_bar(view)[1].to_json())["data"][0]["path"]
        left, bottom = offset(view, -180, 280)
        right, _ = offset(view, 180, 280)
        assert left < west < east < right
        assert lat > bottom


def test_a_deck_is_made_nowhere_else() -> None:
    from rasure.settings import PROJECT

    rooms = [path for folder in ("rasure", "pages") for path in (PROJECT / folder).rglob("*.py")]
    makers = [
        path.name for path in rooms if re.search(r"pydeck\.Deck\(|pdk\.Deck\(|st\.map\(", path.read_text("utf-8"))
    ]
    assert makers == ["maps.py"]
    assert pydeck.__version__ == "0.9.3"
