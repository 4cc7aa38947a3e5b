"""Measure what the gate adds to a request: the same route behind it and without it, in one process, by turns."""

import asyncio
import os
import statistics
import time
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from rasure.gate import identity
from rasure.gate.compression import CompressedAssets
from rasure.gate.middleware import Gate
from rasure.gate.page import OwnPage
from rasure.services import sessions, wiring
from rasure.settings import settings

REQUESTS = 2_000
_WARM = 200
#: What the plan allows.
TARGET_MS = 2.0


def measure(root: Path) -> None:
    """Print median and 95th percentile of a request with and without the gate's layers, and what they add."""
    os.environ.update({"RASURE_STORE": str(root), "RASURE_RATE_PER_S": "1000000", "RASURE_RATE_BURST": "1000000"})
    settings.cache_clear()
    bare, behind = asyncio.run(_measured(sessions.begin()))
    wiring.close()
    added_p50, added_p95 = _p50(behind) - _p50(bare), _p95(behind) - _p95(bare)
    print(
        f"gate, {REQUESTS:,} requests: median {_p50(behind):.2f} ms with it, {_p50(bare):.2f} without, adds"
        f" {added_p50:.2f}; 95th percentile {_p95(behind):.2f} and {_p95(bare):.2f}, adds {added_p95:.2f}"
        f" (under {TARGET_MS:.0f} wanted)",
        flush=True,
    )


async def _measured(secret: str) -> tuple[list[float], list[float]]:
    """Return milliseconds of each request without the gate and with it, taken by turns so that both meet the same."""
    plain = Starlette(routes=[Route("/api/v1/nothing-much", lambda _request: PlainTextResponse("x"))])
    gated = Gate(OwnPage(CompressedAssets(plain)))
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(_WARM + REQUESTS):
        for app, times in zip((plain, gated), took, strict=True):
            began = time.perf_counter()
            status = await _asked(app, secret)
            if number >= _WARM:
                times.append((time.perf_counter() - began) * 1000)
            assert status == 200
    return took


async def _asked(app: ASGIApp, secret: str) -> int:
    headers = {
        "host": "127.0.0.1:8501",
        "cookie": f"{identity.COOKIE}={secret}",
        "accept": "*/*",
        "sec-fetch-site": "same-origin",
        "user-agent": "bench",
    }
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/api/v1/nothing-much",
        "raw_path": b"/api/v1/nothing-much",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8501),
        "state": {},
    }
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0]


def _p50(times: list[float]) -> float:
    return statistics.median(times)


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
