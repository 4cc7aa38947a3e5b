"""The newest week, answered before anybody asks: at the start and after every load, for those who will ask for it.

Each answer is kept under the scope it was read with, as if that reader had asked: the scope is part of the key.
"""

import logging
import threading
from collections.abc import Callable, Iterator

from streamlit import runtime

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import RasureError
from rasure.services import areas, desk, operational_day
from rasure.services.weekly import Asked
from rasure.terms import Role
from rasure.web import command_reads, reads

EVERY_S = 2.0
_NOBODY = "nobody yet"
_log = logging.getLogger(__name__)


def begin() -> Callable[[], None]:
    """Answer ahead in a thread of its own whenever the data or the operational day changes; return what ends it."""
    ended = threading.Event()

    def keep() -> None:
        done = ""
        while not ended.is_set():
            due = f"{reads.version()}-{operational_day.op_day(operational_day.machine_now())}"
            if due != done and runtime.exists():
                done = due
                try:
                    answer(ended.is_set)
                except RasureError as error:
                    _log.warning("the newest week was not answered ahead, so whoever asks first waits: %s", error)
            ended.wait(EVERY_S)

    thread = threading.Thread(target=keep, name="ahead", daemon=True)
    thread.start()

    def end() -> None:
        ended.set()
        thread.join()

    return end


def answer(is_over: Callable[[], bool] = lambda: False) -> None:
    """Read the newest week once for each scope, until told to stop."""
    version = command_reads.version()
    reach = command_reads.reach(version)
    if reach is None:
        return
    for scope, lpa in _readers():
        if is_over():
            return
        command_reads.week(scope, Asked(reach.last_on, lpa), version)


def _readers() -> Iterator[tuple[Scope, str | None]]:
    """Yield whom the page opens for most, and on which area: the whole force, then each area with its inspector."""
    whole = [_admitted(role) for role in (Role.GOLD, Role.ANALYST)]
    yield from ((scope, None) for scope in whole)
    for area in areas.within(whole[0]):
        yield _admitted(Role.INSPECTOR, area.code), area.code


def _admitted(role: Role, *lpas: str) -> Scope:
    return desk.admit(Principal(_NOBODY, _NOBODY, role, frozenset(lpas)), Action.VIEW_COMMAND)
