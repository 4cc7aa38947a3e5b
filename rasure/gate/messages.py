"""What a browser may say to the page server over the websocket: run, stop, stay alive, and upload if it has the right.

The protocol carries more: emptying everybody's caches, reading the repository's state, installing files on the server.
Those are for developers, the server obeys them from anybody, and here nobody may send them.
"""

from dataclasses import dataclass

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

#: A page's whole widget state fits many times over; `server.maxWidgetStateSize` says the same to the page server.
LARGEST_BYTES = 2 * 1024 * 1024

_ANYBODY = frozenset({"rerun_script", "stop_script", "app_heartbeat"})
_UPLOADERS = frozenset({"file_urls_request"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A message that came: whether it passes, and whether a person did it (a page that renews itself did not)."""

    passes: bool
    is_activity: bool


def judged(data: bytes, *, may_upload: bool) -> Judged:
    """Judge one frame by the kind of message in it; what cannot be read does not pass."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return Judged(passes=False, is_activity=False)
    kind = message.WhichOneof("type")
    passes = kind in _ANYBODY or (may_upload and kind in _UPLOADERS)
    by_person = kind in ("rerun_script", "stop_script", "file_urls_request") and not message.rerun_script.is_auto_rerun
    return Judged(passes, passes and by_person)
