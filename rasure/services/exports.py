"""Exports waiting to be taken: each for one session, once, within ten minutes.

Held in memory: an export is asked for and taken in one breath, and what a restart forgets is asked for again.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rasure.access.identity import Principal
from rasure.errors import Gone
from rasure.store.ledger.sessions import digest

LIFE_S = 600
#: How many wait at once; the oldest give way, those of the same session first.
MOST_OF_ONE = 20
MOST = 2_000

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was asked for: which export, in which form, of which selection, by whom and for what."""

    what: str
    form: str
    parameters: Mapping[str, str]
    principal: Principal
    reason: str | None = None
    recipient: str | None = None


class Register:
    """Exports asked for and not yet taken, by an id nobody can guess."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[float, str, Waiting]] = OrderedDict()

    def add(self, secret: str, waiting: Waiting) -> str:
        """Keep what was asked for in the session of this secret; return its id."""
        found, session = secrets.token_urlsafe(24), digest(secret)
        with self._lock:
            self._forget_late()
            own = [one for one, (_at, whose, _waiting) in self._held.items() if whose == session]
            for one in own[: max(0, len(own) - MOST_OF_ONE + 1)]:
                del self._held[one]
            while len(self._held) >= MOST:
                self._held.popitem(last=False)
            self._held[found] = (self._clock(), session, waiting)
        return found

    def take(self, secret: str, principal: Principal, export_id: str) -> Waiting:
        """Return what was asked for and forget it, whatever becomes of it; of two that come at once one gets it.

        Raises
        ------
        Gone
            It was taken, has waited too long, never was, or belongs to another session or to who the reader was before.
        """
        with self._lock:
            self._forget_late()
            _at, session, waiting = self._held.get(export_id, (0.0, "", None))
            is_own = waiting is not None and session == digest(secret)
            if is_own:
                del self._held[export_id]
        if waiting is None or not is_own or waiting.principal != principal:
            raise Gone(
                "This export was taken already, waited for over ten minutes or was never yours. Choose the download on"
                " its page again."
            )
        return waiting

    def _forget_late(self) -> None:
        """Forget what has waited too long; the oldest stand first."""
        now = self._clock()
        while self._held and next(iter(self._held.values()))[0] <= now - LIFE_S:
            self._held.popitem(last=False)


#: Of this process.
register = Register()
