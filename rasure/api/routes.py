"""Every route of ours, in one list; what is not here under /api is 404."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from rasure.api import (
    audit,
    basemap,
    briefings,
    downloads,
    evidence,
    hot_spot_sets,
    hot_spots,
    institutions,
    jobs,
    partner,
    places,
    ranked,
    sign_in,
    times,
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
        Route("/api/v1/places/{cell:int}/briefing.pdf", briefings.briefing),
        Route("/api/v1/map/gi-star", evidence.gi_star),
        Route("/api/v1/map/gi-star/outline", evidence.gi_star_outline),
        Route("/api/v1/map/density", evidence.density),
        Route("/api/v1/hot-spots/how-sure.csv", evidence.stability_csv),
        Route("/api/v1/hot-spots/back-test.csv", evidence.backtest_csv),
        Route("/api/v1/hot-spots.csv", downloads.ranked_places),
        Route("/api/v1/times.csv", times.hours_of_week),
        Route("/api/v1/days.csv", times.kinds_of_days),
        Route("/api/v1/months.csv", times.by_month),
        Route("/api/v1/left-out.csv", ranked.left_out),
        Route("/api/v1/near-repeats.csv", ranked.near_repeats_table),
        Route("/api/v1/periods.csv", ranked.compared),
        Route("/api/v1/institutions.csv", institutions.table),
        Route("/api/v1/partner-picture.csv", partner.table),
        Route("/api/v1/hot-spot-sets/{set_id:path}/{version:int}.csv", hot_spot_sets.table),
        Route("/api/v1/places/{cell:int}/events.csv", places.events),
        Route("/api/v1/places/{cell:int}/quarters.csv", places.quarters),
        Route("/api/v1/places/{cell:int}/hours.csv", places.hours),
        Route("/api/v1/rejects/{batch:int}.csv", downloads.rejected_rows),
        Route("/api/v1/audit.csv", audit.records),
        Route("/api/v1/audit-head.json", audit.head),
        Route(page.BACKEND_SCRIPT, backend),
        *sign_in.routes(),
        *basemap.routes(maps.tiles_folder, maps.outlines, maps.towns),
        Route("/api/{rest:path}", not_found, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]
