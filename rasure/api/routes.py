"""Every route of ours, in one list; what is not here under /api is 404."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from rasure.api import (
    basemap,
    evidence,
    exports,
    hot_spots,
    jobs,
    sign_in,
)
from rasure.errors import NotFound
from rasure.gate import page
from rasure.services import maps, wiring
from rasure.settings import settings


def healthz(request: Request) -> JSONResponse:
    """Answer 200 only when the store answers; what it holds is for whoever is signed in, or for anybody in the demo."""
    store = wiring.store()
    held = {"store_class": store.store_class.value, "version": store.version()}
    knows = request.state.principal is not None or settings().mode == "demo"
    return JSONResponse({"status": "ok", **(held if knows else {})})


def backend(_request: Request) -> Response:
    """Tell the dashboard's page where its server is."""
    return Response(page.BACKEND, media_type="text/javascript")


def not_found(request: Request) -> JSONResponse:
    raise NotFound(f"There is no {request.url.path}.")


def routes() -> list[BaseRoute]:
    return [
        Route("/healthz", healthz),
        Route("/api/v1/jobs", jobs.start, methods=["POST"]),
        Route("/api/v1/jobs/{id:int}", jobs.show),
        Route("/api/v1/map/hot-spots", hot_spots.cells),
        Route("/api/v1/map/gi-star", evidence.gi_star),
        Route("/api/v1/map/gi-star/outline", evidence.gi_star_outline),
        Route("/api/v1/map/density", evidence.density),
        *exports.routes(),
        Route(page.BACKEND_SCRIPT, backend),
        *sign_in.routes(),
        *basemap.routes(maps.tiles_folder, maps.outlines, maps.towns),
        Route("/api/{rest:path}", not_found, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]
