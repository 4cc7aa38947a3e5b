"""The first read of the day, done before anybody asks, so that DuckDB's and pandas' first-time costs are paid."""

from rasure.access.roles import Action
from rasure.people.criterion import ListName
from rasure.services import desk, hot_spots, people_lists, people_ranking, times, wiring
from rasure.services.people_ranking import Asked


def first_read() -> None:
    store = wiring.store()
    scope = desk.admit(desk.operator(), Action.VIEW_HOT_SPOTS)
    today = people_ranking.today(store)
    for name in ListName:
        people_lists.whole(store, desk.admit(desk.operator(), people_ranking.SEEN_BY[name]), Asked(name, today))
    as_of = hot_spots.latest_as_of(store, scope)
    if as_of:
        question = hot_spots.Question(as_of)
        picture = hot_spots.picture(store, scope, question)
        hot_spots.named(store, picture.places.head(20))
        times.picture(store, scope, times.Asked(question))
