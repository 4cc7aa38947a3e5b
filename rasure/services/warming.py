"""The first read of the day, done before anybody asks, so that DuckDB's and pandas' first-time costs are paid."""

from rasure.access.roles import Action
from rasure.services import desk, hot_spots, times, wiring


def first_read() -> None:
    store = wiring.store()
    scope = desk.admit(desk.operator(), Action.VIEW_HOT_SPOTS)
    as_of = hot_spots.latest_as_of(store, scope)
    if as_of:
        question = hot_spots.Question(as_of)
        picture = hot_spots.picture(store, scope, question)
        hot_spots.named(store, picture.places.head(20))
        times.picture(store, scope, times.Asked(question))
