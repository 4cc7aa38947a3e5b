"""What else is known of a ranking, to take away: places left out, two periods compared, near repeats."""

from rasure.access.roles import Action
from rasure.api.exportable import Asked, Export, Table, rows_of
from rasure.api.hot_spots import parameters_of, question_of
from rasure.errors import InputRejected
from rasure.services import hot_spots, near_repeats, periods

_LEFT_OUT = ("rank", "cell", "place", "lpa", "n", "score", "active_years", "last_on", "reason")
_PERIODS = ("cell", "place", "lpa", "now", "before", "ratio", "low", "high", "p", "q")
_NEAR_REPEATS = ("from_m", "to_m", "from_days", "to_days", "observed", "expected", "ratio", "p", "q")
_MOST_DAYS = 3660
_MOST_YEARS_BACK = 10


def left_out(asked: Asked) -> Table:
    """Return every hexagon with offences that may not become a patrol place."""
    question = question_of(asked.parameters)
    places = hot_spots.picture(asked.store, asked.scope, question).places
    refused = hot_spots.named(asked.store, places[places["reason"] != ""])
    return Table("left-out", _LEFT_OUT, rows_of(refused), parameters_of(question))


def compared(asked: Asked) -> Table:
    """Return every place of a comparison of two periods."""
    question = question_of(asked.parameters)
    days, years_back = asked.whole("days", _MOST_DAYS), asked.whole("years_back", _MOST_YEARS_BACK)
    found = periods.periods(asked.store, asked.scope, question, days=days, years_back=years_back)
    if found.refusal:
        raise InputRejected(found.refusal)
    selection = parameters_of(question) | {"days": str(days), "years_back": str(years_back)}
    return Table("periods", _PERIODS, rows_of(found.places), selection)


def near_repeat_bands(asked: Asked) -> Table:
    """Return every band of distance and days of the near-repeat table."""
    question = question_of(asked.parameters)
    found = near_repeats.near_repeats(asked.store, asked.scope, question)
    if found.refusal:
        raise InputRejected(found.refusal)
    return Table("near-repeats", _NEAR_REPEATS, rows_of(found.bands), parameters_of(question))


EXPORTS = (
    Export("left-out", Action.VIEW_HOT_SPOTS, left_out),
    Export("periods", Action.VIEW_HOT_SPOTS, compared),
    Export("near-repeats", Action.VIEW_HOT_SPOTS, near_repeat_bands),
)
