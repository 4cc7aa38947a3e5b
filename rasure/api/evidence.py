"""What corroborates a ranking: Gi* and density for the map, by URL; stability and the back-test, to take away."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from rasure.access.roles import Action
from rasure.api.exportable import Asked, Export, Table
from rasure.api.hot_spots import admitted, parameters_of, question_of
from rasure.places.breaks import class_of
from rasure.places.rim import rim
from rasure.services import backtest, backtest_words, corroboration, hot_spots, wiring


def gi_star(request: Request) -> JSONResponse:
    """Return the hexagons that are hot (k 1), and those with an offence that are not (k 0)."""
    scope = admitted(request, Action.VIEW_HOT_SPOTS)
    store = wiring.store()
    found = corroboration.clusters(store, scope, question_of(dict(request.query_params))).cells
    shown = hot_spots.located(store, found)
    rows = [
        {**_place(row), "k": int(row["hot"]), "n": int(row["n"]), "around": int(row["around"]), "said": _gi_words(row)}
        for row in shown.to_dict("records")
    ]
    return JSONResponse(rows)


def gi_star_outline(request: Request) -> JSONResponse:
    """Return the outline of the hot hexagons, a side a row: the mark that is not colour."""
    scope = admitted(request, Action.VIEW_HOT_SPOTS)
    store = wiring.store()
    found = corroboration.clusters(store, scope, question_of(dict(request.query_params))).cells
    hot = hot_spots.located(store, found[found["hot"]])
    sides = rim(hot["cell"], hot["lon"], hot["lat"])
    return JSONResponse([{"path": [[round(lon, 6), round(lat, 6)] for lon, lat in side]} for side in sides])


def density(request: Request) -> JSONResponse:
    """Return the hexagons at or over the first break, by class from 0."""
    scope = admitted(request, Action.VIEW_HOT_SPOTS)
    store = wiring.store()
    question = question_of(dict(request.query_params))
    found = corroboration.density(store, scope, question)
    shown, words = hot_spots.located(store, found.cells), corroboration.measure_words(question.measure)
    classes = class_of(shown["per_km2"], found.breaks) - 1
    rows = [
        {**_place(row), "k": int(k), "said": f"{row['per_km2']:,.0f} {words} per km², recent ones counting more"}
        for row, k in zip(shown.to_dict("records"), classes, strict=True)
    ]
    return JSONResponse(rows)


def stability(asked: Asked) -> Table:
    """Return the leading places with how many moved lattices they survive and what Gi* says of each."""
    store, scope, question = asked.store, asked.scope, question_of(asked.parameters)
    places = hot_spots.picture(store, scope, question).places.head(corroboration.TOP)
    rows = corroboration.as_rows(
        hot_spots.named(store, places),
        corroboration.stable_places(store, scope, question, places["cell"]),
        corroboration.clusters(store, scope, question),
    )
    return Table("hot-spots-how-sure", corroboration.COLUMNS, rows, parameters_of(question))


def tested_back(asked: Asked) -> Table:
    """Return the windows of the back-test, a row a window and method."""
    question = question_of(asked.parameters)
    rows = backtest_words.window_rows(backtest.report(asked.store, asked.scope, question))
    return Table("back-test", backtest_words.WINDOW_HEADS, rows, parameters_of(question))


EXPORTS = (
    Export("how-sure", Action.VIEW_HOT_SPOTS, stability),
    Export("back-test", Action.VIEW_HOT_SPOTS, tested_back),
)


def _place(row: Mapping[Any, Any]) -> dict[str, object]:
    return {"cell": str(row["cell"]), "lon": round(row["lon"], 6), "lat": round(row["lat"], 6)}


def _gi_words(row: Mapping[Any, Any]) -> str:
    mark, q = "hot" if row["hot"] else "not distinguishable", corroboration.p_words(row["q"])
    return f"{row['n']:,} offences here, {row['around']:,} with the hexagons around · {mark} · q {q}"
