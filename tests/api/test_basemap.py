import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from rasure.api import basemap
from rasure.api.errors import answer
from rasure.errors import RasureError
from tests.store.test_tiles import tiles_file

OUTLINES = '{"type":"FeatureCollection","features":[]}'
TOWNS = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Reading"},"geometry":null}]}'
TILE = "/basemap/roads/5/15/10.pbf"


def client(folder: Path, outlines: str | None = OUTLINES) -> TestClient:
    routes = basemap.routes(lambda: folder, lambda: outlines, lambda: TOWNS)
    app = Starlette(routes=list(routes), exception_handlers={RasureError: answer})
    return TestClient(app, base_url="https://rasure.example.police.uk:8443")


@pytest.fixture
def web(tmp_path: Path) -> Iterator[TestClient]:
    tiles_file(tmp_path / "roads.pmtiles", {(5, 15, 10): b"a tile"})
    with client(tmp_path) as opened:
        yield opened


def addresses(part: Any) -> Iterator[str]:
    """Yield every text in a style that is an address."""
    if isinstance(part, dict):
        for value in part.values():
            yield from addresses(value)
    elif isinstance(part, list):
        for value in part:
            yield from addresses(value)
    elif isinstance(part, str) and ("://" in part or part.startswith("//")):
        yield part


class TestStyle:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_asks_nothing_of_any_other_host(self, web: TestClient, theme: str) -> None:
        style = web.get(f"/basemap/style.json?theme={theme}").json()
        found = list(addresses(style))
        assert len(found) >= 4
        assert {urlsplit(address)[:2] for address in found} == {("https", "rasure.example.police.uk:8443")}

    def test_tile_addresses_are_whole_and_change_with_the_file(self, web: TestClient, tmp_path: Path) -> None:
        def tiles() -> str:
            return str(web.get("/basemap/style.json").json()["sources"]["roads"]["tiles"][0])

        before = tiles()
        assert before.startswith("https://rasure.example.police.uk:8443/basemap/roads/{z}/{x}/{y}.pbf?v=")
        tiles_file(tmp_path / "roads.pmtiles", {(5, 15, 10): b"another tile"})
        assert tiles() != before

    def test_every_address_it_gives_answers(self, web: TestClient) -> None:
        style = web.get("/basemap/style.json").json()
        stacks = {layer["layout"]["text-font"][0] for layer in style["layers"] if layer["type"] == "symbol"}
        wanted = [style["glyphs"].replace("{fontstack}", stack).replace("{range}", "0-255") for stack in stacks]
        wanted += [source["data"] for source in style["sources"].values() if source["type"] == "geojson"]
        wanted += [style["sources"]["roads"]["tiles"][0].replace("{z}/{x}/{y}", "5/15/10")]
        assert len(stacks) == 2
        assert {url: web.get(url).status_code for url in wanted} == dict.fromkeys(wanted, 200)

    def test_draws_only_from_sources_it_has(self, web: TestClient) -> None:
        style = web.get("/basemap/style.json").json()
        used = {layer["source"] for layer in style["layers"] if "source" in layer}
        assert used == set(style["sources"]) == {"roads", "outlines", "towns"}

    def test_without_any_tiles_outlines_and_towns_are_drawn(self, tmp_path: Path) -> None:
        style = client(tmp_path / "nothing").get("/basemap/style.json").json()
        assert {layer["id"] for layer in style["layers"]} >= {"inside", "outlines", "towns-100000", "towns-0"}
        assert set(style["sources"]) == {"outlines", "towns"}

    def test_light_and_dark_differ_in_every_colour(self, web: TestClient) -> None:
        light, dark = (
            {
                (layer["id"], name): value
                for layer in web.get(f"/basemap/style.json?theme={theme}").json()["layers"]
                for name, value in layer["paint"].items()
                if name.endswith("color")
            }
            for theme in ("light", "dark")
        )
        assert light.keys() == dark.keys()
        assert all(light[name] != dark[name] for name in light)

    def test_towns_named_over_the_data_are_not_named_under_it(self, web: TestClient) -> None:
        style = web.get("/basemap/style.json?names_below=9000").json()
        towns = [layer for layer in style["layers"] if layer["id"].startswith("towns")]
        assert towns
        assert all(["<", "population", 9000] in layer["filter"] for layer in towns)

    def test_an_unknown_theme_is_refused(self, web: TestClient) -> None:
        answered = web.get("/basemap/style.json?theme=neon")
        assert answered.status_code == 422
        assert "light or dark" in answered.json()["error"]["message"]


class TestTile:
    def test_comes_packed_and_may_be_kept_when_its_version_is_named(self, web: TestClient) -> None:
        answered = web.get(f"{TILE}?v=1")
        assert answered.content == b"a tile"
        assert answered.headers["content-encoding"] == "gzip"
        assert answered.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        assert "immutable" in answered.headers["cache-control"]
        assert "private" in answered.headers["cache-control"]

    def test_without_a_version_it_is_asked_for_again(self, web: TestClient) -> None:
        assert "no-cache" in web.get(TILE).headers["cache-control"]

    def test_nothing_there_is_204_and_no_such_layer_404(self, web: TestClient) -> None:
        assert web.get("/basemap/roads/5/1/1.pbf").status_code == 204
        assert web.get("/basemap/roads/30/1/1.pbf").status_code == 204
        assert web.get("/basemap/rails/5/15/10.pbf").status_code == 404

    @pytest.mark.parametrize("path", ["/basemap/roads/5/x/10.pbf", "/basemap/roads.pmtiles", "/basemap/"])
    def test_any_other_path_is_404(self, web: TestClient, path: str) -> None:
        assert web.get(path).status_code == 404


class TestOutlinesAndTowns:
    def test_are_geojson_that_is_not_sent_twice(self, web: TestClient) -> None:
        for name, text in (("outlines", OUTLINES), ("towns", TOWNS)):
            first = web.get(f"/basemap/{name}.json")
            assert first.json() == json.loads(text)
            assert first.headers["content-type"].startswith("application/geo+json")
            again = web.get(f"/basemap/{name}.json", headers={"if-none-match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")

    def test_before_boundaries_are_loaded_there_are_none(self, tmp_path: Path) -> None:
        assert client(tmp_path, outlines=None).get("/basemap/outlines.json").json()["features"] == []

    def test_outlines_may_be_kept_only_under_their_own_version(self, web: TestClient) -> None:
        own = web.get("/basemap/style.json").json()["sources"]["outlines"]["data"]
        assert "immutable" in web.get(own).headers["cache-control"]
        assert "no-cache" in web.get("/basemap/outlines.json?v=old").headers["cache-control"]


class TestGlyphs:
    def test_a_range_the_font_lacks_is_empty_for_an_error_would_lose_every_label(self, web: TestClient) -> None:
        answered = web.get("/basemap/glyphs/Atkinson-Regular/1024-1279.pbf")
        assert (answered.status_code, answered.content) == (200, b"")

    @pytest.mark.parametrize("path", ["Comic-Sans/0-255", "Atkinson-Regular/all", "..%2F..%2Ffonts/0-255"])
    def test_anything_else_is_404(self, web: TestClient, path: str) -> None:
        assert web.get(f"/basemap/glyphs/{path}.pbf").status_code == 404


class TestFonts:
    @pytest.mark.parametrize("weight", [400, 700])
    def test_are_woff2(self, web: TestClient, weight: int) -> None:
        answered = web.get(f"/assets/fonts/atkinson-hyperlegible-next-latin-{weight}-normal.woff2")
        assert answered.content[:4] == b"wOF2"
        assert answered.headers["content-type"] == "font/woff2"

    @pytest.mark.parametrize("name", ["OFL.txt", "..%2FVENDORED.csv", "none.woff2"])
    def test_nothing_else_is_served_there(self, web: TestClient, name: str) -> None:
        assert web.get(f"/assets/fonts/{name}").status_code == 404


def test_the_tile_travels_as_it_lies_in_the_file(web: TestClient) -> None:
    with web.stream("GET", TILE) as answered:
        assert gzip.decompress(b"".join(answered.iter_raw())) == b"a tile"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("leaflet-1.9.4/leaflet.js", "text/javascript"), ("leaflet-1.9.4/leaflet.css", "text/css")],
)
def test_scripts_of_others_come_from_here_and_are_kept(web: TestClient, path: str, kind: str) -> None:
    answer = web.get(f"/assets/vendor/{path}")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, kind)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == (basemap.ASSETS / "vendor" / path).read_bytes()


@pytest.mark.parametrize("path", ["leaflet-1.9.4/LICENSE", "../VENDORED.csv", "..%2f..%2ftheme.py", "leaflet-1.9.4"])
def test_only_scripts_and_styles_leave_that_folder(web: TestClient, path: str) -> None:
    assert web.get(f"/assets/vendor/{path}").status_code == 404
