"""Hexagons for the map, by URL, so that a rerun of the page never carries them."""

from collections.abc import Mapping
from datetime import date

from starlette.requests import Request
from starlette.responses import JSONResponse

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import InputRejected, NotAllowed
from rasure.places.breaks import class_of
from rasure.services import desk, hot_spots, wiring
from rasure.terms import Band, Measure

_MOST_DIGITS = 19


def cells(request: Request) -> JSONResponse:
    """Return one row a hexagon: position, class of the colour scale, count, rank."""
    scope = admitted(request, Action.VIEW_HOT_SPOTS)
    store = wiring.store()
    picture = hot_spots.picture(store, scope, question_of(dict(request.query_params)))
    places = hot_spots.located(store, picture.places)
    rows = [
        {"cell": str(cell), "lon": round(lon, 6), "lat": round(lat, 6), "k": int(k), "n": int(n), "rank": int(rank)}
        for cell, lon, lat, k, n, rank in zip(
            places["cell"],
            places["lon"],
            places["lat"],
            class_of(places["value"], picture.breaks),
            places["n"],
            places["rank"],
            strict=True,
        )
    ]
    return JSONResponse(rows)


def admitted(request: Request, action: Action) -> Scope:
    """Return what the asker may read for this action, or refuse."""
    if request.state.principal is None:
        raise NotAllowed("Your session has ended. Load the page again.")
    return desk.admit(request.state.principal, action)


def parameters_of(question: hot_spots.Question) -> dict[str, str]:
    """Return a question as URL parameters; `question_of` reads them back."""
    return {
        "as_of": question.as_of.isoformat(),
        "lookback": str(question.lookback_days),
        "lpa": question.lpa or "",
        "groups": "|".join(question.groups),
        "band": question.band.value if question.band else "",
        "measure": question.measure.value,
        "weak": "1" if question.with_weak else "0",
        "apart": "1" if question.institutions_apart else "0",
    }


def question_of(parameters: Mapping[str, str]) -> hot_spots.Question:
    """Read a question from URL parameters; anything that is not one is refused in a sentence."""
    try:
        return hot_spots.Question(
            as_of=date.fromisoformat(parameters["as_of"]),
            lookback_days=int(parameters["lookback"]),
            lpa=parameters.get("lpa") or None,
            groups=tuple(filter(None, parameters.get("groups", "").split("|"))),
            band=Band(parameters["band"]) if parameters.get("band") else None,
            measure=Measure(parameters.get("measure", "count")),
            with_weak=parameters.get("weak", "1") == "1",
            institutions_apart=parameters.get("apart", "1") == "1",
        )
    except (KeyError, ValueError, OverflowError) as error:
        raise InputRejected("The map was asked for something that is not a selection. Load the page again.") from error


def cell_of(parameters: Mapping[str, str]) -> int:
    """Read which place is meant: a cell number of 64 bits."""
    text = parameters.get("place", "")
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _MOST_DIGITS or abs(int(text)) >= 2**63:
        raise InputRejected("A place was asked for that is not one. Choose one from the Hot spots page.")
    return int(text)
