"""An open page's websocket: each message is judged, and its session looked at before each and in between."""

import asyncio

from starlette.types import Message, Receive, Send

from rasure.access.roles import Action, permits
from rasure.gate import messages
from rasure.gate.limits import Rate
from rasure.services import sessions

#: A socket whose session is over is closed at its next message, and without one after at most this long.
LOOK_EVERY_S = 20.0

#: Close codes of RFC 6455.
POLICY, TOO_LARGE, TRY_LATER = 1008, 1009, 1013


class Watched:
    """The `receive` that the page server gets in place of the real one."""

    def __init__(self, receive: Receive, send: Send, secret: str, rate: Rate) -> None:
        self._receive = receive
        self._send = send
        self._secret = secret
        self._rate = rate
        self._coming: asyncio.Task[Message] | None = None
        self._has_run = False
        self._over = False

    async def __call__(self) -> Message:
        """Return the next message that passes, or a disconnection once the socket had to be closed."""
        while not self._over:
            message = await self._next()
            if message is not None and message["type"] == "websocket.disconnect":
                return message
            principal = sessions.principal_of(self._secret)
            if principal is None:
                return await self._closed(POLICY, "Your session has ended.")
            if message is None:
                continue
            if message["type"] != "websocket.receive":
                return message
            data = message.get("bytes")
            if data is None or len(data) > messages.LARGEST_BYTES:
                return await self._closed(TOO_LARGE if data else POLICY, "This message is not one of a page.")
            if self._rate.wait_s(self._secret):
                return await self._closed(TRY_LATER, "Too many messages.")
            found = messages.judged(data, may_upload=permits(principal.role, Action.LOAD_DATA))
            if found.is_activity:
                self._note_activity()
            if found.passes:
                return message
        return {"type": "websocket.disconnect", "code": POLICY}

    async def _next(self) -> Message | None:
        """Return the next message, or None when it is time to look at the session again."""
        if self._coming is None:
            self._coming = asyncio.ensure_future(self._receive())
        done, _waiting = await asyncio.wait({self._coming}, timeout=LOOK_EVERY_S)
        if not done:
            return None
        coming, self._coming = self._coming, None
        return coming.result()

    def _note_activity(self) -> None:
        """Count what a person did; the first run of a socket is the browser's own, also when it only reconnects."""
        if self._has_run:
            sessions.touch(self._secret)
        self._has_run = True

    async def _closed(self, code: int, reason: str) -> Message:
        self._over = True
        self.leave()
        await self._send({"type": "websocket.close", "code": code, "reason": reason})
        return {"type": "websocket.disconnect", "code": code, "reason": reason}

    @property
    def is_over(self) -> bool:
        return self._over

    def leave(self) -> None:
        """Stop waiting for a message nobody will take."""
        if self._coming is not None:
            self._coming.cancel()
            self._coming = None


def silent_when_over(watched: Watched, send: Send) -> Send:
    """Return a `send` that says nothing more once the gate has closed the socket."""

    async def guarded(message: Message) -> None:
        if not watched.is_over:
            await send(message)

    return guarded
