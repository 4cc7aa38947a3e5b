"""What else is known of a ranking, as CSV: the places left out, and two periods compared."""

from starlette.requests import Request
from starlette.responses import Response

from rasure.access.roles import Action
from rasure.api import downloads
from rasure.api.hot_spots import parameters_of, question_of
from rasure.errors import InputRejected
from rasure.services import audit, hot_spots, near_repeats, periods, wiring

_LEFT_OUT = ("rank", "cell", "place", "lpa", "n", "score", "active_years", "last_on", "reason")
_PERIODS = ("cell", "place", "lpa", "now", "before", "ratio", "low", "high", "p", "q")
_NEAR_REPEATS = ("from_m", "to_m", "from_days", "to_days", "observed", "expected", "ratio", "p", "q")
_MOST_DAYS = 3660


def left_out(request: Request) -> Response:
    """Return every hexagon with offences that may not become a patrol place."""
    principal, scope = downloads.admitted(request, Action.VIEW_HOT_SPOTS)
    store, question = wiring.store(), question_of(dict(request.query_params))
    places = hot_spots.picture(store, scope, question).places
    refused = hot_spots.named(store, places[places["reason"] != ""])
    entry = audit.disclosed(
        store, principal, Action.VIEW_HOT_SPOTS, name="left-out", question=parameters_of(question), n=len(refused)
    )
    return downloads.csv(entry, "left-out", _LEFT_OUT, downloads.rows_of(refused))


def compared(request: Request) -> Response:
    """Return every place of a comparison of two periods."""
    principal, scope = downloads.admitted(request, Action.VIEW_HOT_SPOTS)
    store, given = wiring.store(), dict(request.query_params)
    question = question_of(given)
    days, years_back = _whole(given, "days", _MOST_DAYS), _whole(given, "years_back", 10)
    found = periods.periods(store, scope, question, days=days, years_back=years_back)
    if found.refusal:
        raise InputRejected(found.refusal)
    asked = parameters_of(question) | {"days": str(days), "years_back": str(years_back)}
    entry = audit.disclosed(
        store, principal, Action.VIEW_HOT_SPOTS, name="periods", question=asked, n=len(found.places)
    )
    return downloads.csv(entry, "periods", _PERIODS, downloads.rows_of(found.places))


def near_repeats_table(request: Request) -> Response:
    """Return every band of distance and days of the near-repeat table."""
    principal, scope = downloads.admitted(request, Action.VIEW_HOT_SPOTS)
    store, question = wiring.store(), question_of(dict(request.query_params))
    found = near_repeats.near_repeats(store, scope, question)
    if found.refusal:
        raise InputRejected(found.refusal)
    asked = parameters_of(question)
    entry = audit.disclosed(
        store, principal, Action.VIEW_HOT_SPOTS, name="near-repeats", question=asked, n=len(found.bands)
    )
    return downloads.csv(entry, "near-repeats", _NEAR_REPEATS, downloads.rows_of(found.bands))


def _whole(given: dict[str, str], name: str, most: int) -> int:
    text = given.get(name, "0")
    if not text.isdecimal() or int(text) > most:
        raise InputRejected(f"{name} must be a whole number up to {most}. Load the page again.")
    return int(text)
