"""Run an operation where the store is: here, or in the server that holds it."""

import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasure.errors import Conflict, NotFound, RasureError, Unavailable
from rasure.services import operations, wiring
from rasure.settings import settings
from rasure.store.lock import announced
from rasure.store.paths import StorePaths
from rasure.store.store import Progress

_POLL_S = 0.2


def run_where_the_store_is(root: Path, name: str, arguments: Mapping[str, Any], progress: Progress) -> Any:
    """Open the store and run, or hand the work to the running server; the result is the same."""
    if not name.startswith("load.") and not StorePaths(root).ledger.exists():
        raise NotFound(f"There is no store in {root}. Load something first, or name its folder with --store.")
    try:
        with wiring.opened(root, progress) as store:
            return json.loads(json.dumps(operations.run(store, name, arguments, progress), default=str))
    except Conflict:
        server = announced(StorePaths(root).server)
        if server is None:
            raise
        return _handed_over(server, name, arguments, progress)


def _handed_over(server: Mapping[str, str], name: str, arguments: Mapping[str, Any], progress: Progress) -> Any:
    job = _ask(server, "/api/v1/jobs", {"operation": name, "arguments": dict(arguments)})
    while job["state"] == "running":
        progress(job["done"], job["total"] or 1, job["what"])
        time.sleep(_POLL_S)
        job = _ask(server, f"/api/v1/jobs/{job['id']}")
    if job["state"] == "failed":
        raise RasureError(job["error"])
    return job["result"]


def _ask(server: Mapping[str, str], path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    request = urllib.request.Request(
        server["url"] + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"authorization": f"Bearer {server['token']}", "content-type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _trusting_only(settings().tls_certificate))
    try:
        with opener.open(request, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        raise RasureError(json.load(error)["error"]["message"]) from error
    except OSError as error:
        raise Unavailable(
            f"The server that holds the store (process {server['pid']}) does not answer at {server['url']}."
            " Stop it, then run this again."
        ) from error


def _trusting_only(certificate: Path | None) -> urllib.request.HTTPSHandler:
    """Return a handler that speaks TLS with our own server and no other: its certificate is known, not its name."""
    context = ssl.create_default_context(cafile=certificate)
    if certificate:
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return urllib.request.HTTPSHandler(context=context)
