"""How much one visitor may ask for: requests a second, bytes uploaded an hour. Kept in memory, per process."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from starlette.types import Message, Receive

from rasure.settings import settings

Clock = Callable[[], float]

#: An hour's uploads of one session, and of all together: what the page server keeps is kept in memory.
UPLOADS_OF_ONE_BYTES = 100 * 1024 * 1024
UPLOADS_OF_ALL_BYTES = 400 * 1024 * 1024
_HOUR_S = 3600
#: Visitors remembered at once; the ones not seen for longest are forgotten first, and have a full bucket anyway.
_REMEMBERED = 20_000


class TooMuch(Exception):  # noqa: N818
    """A body that turned out larger than it may be."""


class Rate:
    """A bucket of tokens a visitor: each request takes one, and they come back steadily."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, visitor: str) -> int:
        """Take one token; return 0, or in how many whole seconds there is one again."""
        per_s, burst = settings().rate_per_s, settings().rate_burst
        now = self._clock()
        left, at = self._held.pop(visitor, (float(burst), now))
        left = min(float(burst), left + (now - at) * per_s)
        wait = 0 if left >= 1 else math.ceil((1 - left) / per_s)
        self._held[visitor] = (left - 1 if wait == 0 else left, now)
        if len(self._held) > _REMEMBERED:
            self._held.popitem(last=False)
        return wait


class Uploads:
    """Bytes uploaded in the last hour, by session."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._taken: deque[tuple[float, str, int]] = deque()

    def allow(self, session: str, n_bytes: int) -> bool:
        """Count an upload in, unless it or its session or all together would be too much."""
        now = self._clock()
        while self._taken and self._taken[0][0] <= now - _HOUR_S:
            self._taken.popleft()
        own = sum(size for _at, whose, size in self._taken if whose == session)
        everyone = sum(size for _at, _whose, size in self._taken)
        if own + n_bytes > UPLOADS_OF_ONE_BYTES or everyone + n_bytes > UPLOADS_OF_ALL_BYTES:
            return False
        self._taken.append((now, session, n_bytes))
        return True


class Bounded:
    """A `receive` that raises `TooMuch` once a body has grown past its limit, whatever it announced."""

    def __init__(self, receive: Receive, largest: int) -> None:
        self._receive = receive
        self._left = largest
        self.is_over = False

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self.is_over = True
                raise TooMuch
        return message
