"""What may reach the ranking of people, by name: identifier, age, events. Anything else is refused, not ignored."""

from collections.abc import Iterable

from rasure.errors import InputRejected

PERSON = ("id", "age")
EVENT = ("id", "date", "kind", "harm", "evidence")
#: The same as records: a person holds their events, so an event names nobody.
PERSON_RECORD = ("id", "age", "events")
EVENT_RECORD = ("date", "kind", "harm", "evidence")


class FieldNotAllowed(InputRejected):
    """Something about a person that no ranking may know."""


def refuse_others(given: Iterable[str], allowed: Iterable[str]) -> None:
    """Refuse every field that is not one of those allowed, naming the first.

    Raises
    ------
    FieldNotAllowed
        There is another field, whatever it holds.
    """
    others = sorted(map(str, set(given) - set(allowed)))
    if others:
        raise FieldNotAllowed(
            f"The field {others[0]!r} may not enter the ranking of people. Only identifier, age and events may: date,"
            " kind, harm and evidence."
        )
