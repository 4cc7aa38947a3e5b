"""People on the synthetic force: opening a record, and each list worked out anew, in CPU milliseconds of this process.

`python -m bench.people` builds the force; `python -m bench` measures it beside the rest.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from rasure.access.identity import Principal
from rasure.access.scope import Kind, Subject
from rasure.people.criterion import ListName
from rasure.services import demo, desk, people_lists, people_ranking, person, person_access, wiring
from rasure.services.people_ranking import Asked
from rasure.settings import settings
from rasure.store.store import Store
from rasure.terms import Role

_ANALYST = Principal("bench-analyst", "Bench", Role.ANALYST, frozenset())
_WHY = person_access.Why("Investigation", "Measuring", "Bench")
_RUNS, _PEOPLE, _AREA = 5, 12, "Reading"


def measure(folder: Path) -> None:
    """Build the force under `folder`, open it as a server would, and print medians."""
    demo.build(folder / "people")
    os.environ["RASURE_STORE"] = str(folder / "people")
    settings.cache_clear()
    store = wiring.store()
    today = people_ranking.today(store)
    for name in ListName:
        for lpa in (None, _AREA):
            took = [_cpu_ms(partial(_list, store, Asked(name, today, lpa))) for _ in range(_RUNS)]
            print(f"list of {name.value}, {lpa or 'whole force'}: first {took[0]:.0f}, {_median(took)}", flush=True)
    _records(store, today)
    wiring.close()


def _list(store: Store, asked: Asked) -> None:
    people_lists.whole(store, desk.admit(_ANALYST, people_ranking.SEEN_BY[asked.name]), asked)


def _records(store: Store, today: date) -> None:
    """Open the first adults of the carriers' list, each for the first time."""
    scope = desk.admit(_ANALYST, people_ranking.SEEN_BY[ListName.CARRIERS])
    found = people_ranking.proposed(store, scope, Asked(ListName.CARRIERS, today)).candidates
    adults = [Subject(Kind.PERSON, one.id) for one in found if not one.route.is_safeguarded][:_PEOPLE]
    opened = [_cpu_ms(partial(person_access.open_subject, store, _ANALYST, who, _WHY)) for who in adults]
    print(f"reason taken, logged and opened: {_median(opened)}")
    drawn = [_cpu_ms(partial(_record, store, who)) for who in adults]
    print(f"a record with its lists: {_median(drawn)}", flush=True)


def _record(store: Store, who: Subject) -> None:
    scope = desk.opened(store, _ANALYST, who)
    person.record(store, scope, person_access.today())
    people_lists.standings(store, scope, who.id)


def _cpu_ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def _median(took: list[float]) -> str:
    return f"median {statistics.median(took):.0f}, most {max(took):.0f} ms of CPU"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        measure(Path(temporary))
