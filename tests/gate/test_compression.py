"""Scripts are compressed once and kept, and one that was cut short is kept for nobody."""

import gzip

from starlette.types import Message, Receive, Scope, Send

from rasure.gate.compression import CompressedAssets
from tests.gate.conftest import aside

SCRIPT = b"const answer = 42;\n" * 200


class Assets:
    """Serves one script: cut short the first time it is asked for, whole after that."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        headers = [(b"content-type", b"text/javascript"), (b"content-length", str(len(SCRIPT)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": SCRIPT[:1500] if self.asked == 1 else SCRIPT})


def fetched(app: CompressedAssets) -> tuple[dict[bytes, bytes], bytes]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"accept-encoding", b"gzip")]
    scope = {"type": "http", "method": "GET", "path": "/static/js/index.js", "headers": headers}
    aside(app(scope, receive, send))
    start, *bodies = sent
    return dict(start["headers"]), b"".join(one["body"] for one in bodies)


def test_a_script_that_was_cut_short_says_so_by_its_length_and_is_not_kept() -> None:
    inner = Assets()
    app = CompressedAssets(inner)
    headers, body = fetched(app)
    assert b"content-encoding" not in headers
    assert int(headers[b"content-length"]) > len(body)
    for _ in range(2):
        headers, body = fetched(app)
        assert gzip.decompress(body) == SCRIPT
        assert int(headers[b"content-length"]) == len(body)
    assert inner.asked == 2
