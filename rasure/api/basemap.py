"""The map under the data, served from here and nowhere else: style, vector tiles, lettering, outlines, towns, fonts."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rasure.api.basemap_style import THEMES, style
from rasure.errors import InputRejected, NotFound
from rasure.services import streets
from rasure.store.tiles import Tiles

ASSETS = Path(__file__).resolve().parents[1] / "web" / "assets"

_EMPTY = '{"type":"FeatureCollection","features":[]}'
_KEEP = {"cache-control": "private, max-age=31536000, immutable"}
_ASK_AGAIN = {"cache-control": "private, no-cache"}
_VENDORED_TYPES = {".js": "text/javascript", ".css": "text/css"}
_RANGE = re.compile(r"\d{1,5}-\d{1,5}")


class Basemap:
    """The endpoints, given where the tiles lie and how to come by the outlines and the towns (GeoJSON text)."""

    def __init__(
        self, tiles_folder: Callable[[], Path], outlines: Callable[[], str | None], towns: Callable[[], str]
    ) -> None:
        self._tiles_folder = tiles_folder
        self._outlines = outlines
        self._towns = towns
        self._tiles: Tiles | None = None

    def style(self, request: Request) -> JSONResponse:
        theme = request.query_params.get("theme", "light")
        if theme not in THEMES:
            raise InputRejected(f"There is no map theme {theme[:40]!r}. Ask for light or dark.")
        origin = str(request.base_url).rstrip("/")
        version = _tag(self._outlines() or _EMPTY)
        below = request.query_params.get("names_below", "")
        drawn = style(
            origin,
            theme,
            self._held().layers(),
            outlines_version=version,
            names_below=int(below) if below.isascii() and below.isdigit() and len(below) < 10 else None,
        )
        return JSONResponse(drawn, headers=_ASK_AGAIN)

    def tile(self, request: Request) -> Response:
        """Answer with one tile, 204 where there is nothing to draw, 404 for a layer there is not."""
        layer, z, x, y = (request.path_params[part] for part in ("layer", "z", "x", "y"))
        tiles = self._held()
        if not tiles.has(layer):
            raise NotFound(f"There is no basemap layer {layer[:40]!r}.")
        headers = _KEEP if request.query_params.get("v") else _ASK_AGAIN
        found = tiles.tile(layer, z, x, y)
        if found is None:
            return Response(status_code=204, headers=headers)
        packed = {**headers, "content-encoding": "gzip"}
        return Response(found, media_type="application/vnd.mapbox-vector-tile", headers=packed)

    def outlines(self, request: Request) -> Response:
        text = self._outlines() or _EMPTY
        return _geojson(request, text, keep=request.query_params.get("v") == _tag(text))

    def towns(self, request: Request) -> Response:
        return _geojson(request, self._towns(), keep=False)

    def streets(self, request: Request) -> Response:
        """Answer with the streets of a small box as GeoJSON, for the one map that cannot read vector tiles."""
        try:
            west, south, east, north = (float(edge) for edge in request.query_params["box"].split(","))
        except (KeyError, ValueError) as error:
            raise InputRejected("The map was asked for a box that is not one. Load the page again.") from error
        found = streets.within(self._held(), (west, south, east, north))
        text = json.dumps(streets.as_geojson(found), separators=(",", ":"))
        return _geojson(request, text, keep="v" in request.query_params)

    def _held(self) -> Tiles:
        folder = self._tiles_folder()
        if self._tiles is None or self._tiles.folder != folder:
            self._tiles = Tiles(folder)
        return self._tiles


def glyphs(request: Request) -> Response:
    """Answer with the letters of one range; a range the font lacks is empty, for an error would lose every label."""
    stack, letters = request.path_params["stack"], request.path_params["range"]
    folder = _glyph_folders().get(stack)
    if folder is None or not _RANGE.fullmatch(letters):
        raise NotFound("There is no such lettering.")
    path = folder / f"{letters}.pbf"
    body = path.read_bytes() if path.is_file() else b""
    return Response(body, media_type="application/x-protobuf", headers=_KEEP)


def fonts(request: Request) -> Response:
    path = _fonts().get(request.path_params["name"])
    if path is None:
        raise NotFound("There is no such font.")
    return Response(path.read_bytes(), media_type="font/woff2", headers={"cache-control": "public, max-age=31536000"})


def vendored(request: Request) -> Response:
    """Answer with a script or style sheet of others that we carry; its address says its version by the query."""
    path = _vendored().get(request.path_params["name"])
    if path is None:
        raise NotFound("There is no such file.")
    kept = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(path.read_bytes(), media_type=_VENDORED_TYPES[path.suffix], headers=kept)


def routes(
    tiles_folder: Callable[[], Path], outlines: Callable[[], str | None], towns: Callable[[], str]
) -> list[Route]:
    """Return every route of the map; the fixed names come before the pattern that would swallow them."""
    basemap = Basemap(tiles_folder, outlines, towns)
    return [
        Route("/basemap/style.json", basemap.style),
        Route("/basemap/outlines.json", basemap.outlines),
        Route("/basemap/towns.json", basemap.towns),
        Route("/basemap/streets.json", basemap.streets),
        Route("/basemap/glyphs/{stack}/{range}.pbf", glyphs),
        Route("/basemap/{layer}/{z:int}/{x:int}/{y:int}.pbf", basemap.tile),
        Route("/basemap/{rest:path}", _nothing_here),
        Route("/assets/fonts/{name}", fonts),
        Route("/assets/vendor/{name:path}", vendored),
    ]


def _nothing_here(request: Request) -> Response:
    raise NotFound(f"There is no {request.url.path[:80]}.")


def _geojson(request: Request, text: str, *, keep: bool) -> Response:
    tag = f'"{_tag(text)}"'
    headers = {**(_KEEP if keep else _ASK_AGAIN), "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="application/geo+json", headers=headers)


def _tag(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _glyph_folders() -> dict[str, Path]:
    return {folder.name: folder for folder in (ASSETS / "glyphs").iterdir() if folder.is_dir()}


@cache
def _fonts() -> dict[str, Path]:
    return {path.name: path for path in (ASSETS / "fonts").glob("*.woff2")}


@cache
def _vendored() -> dict[str, Path]:
    folder = ASSETS / "vendor"
    found = (path for path in folder.rglob("*") if path.suffix in _VENDORED_TYPES)
    return {path.relative_to(folder).as_posix(): path for path in found}
