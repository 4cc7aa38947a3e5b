"""The command line's door into a running server: hand over an operation, watch it, take its result."""

import hmac
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse

from rasure.errors import InputRejected, NotAllowed
from rasure.services import operations, wiring
from rasure.services.jobs import jobs

TOKEN = secrets.token_urlsafe(32)


async def start(request: Request) -> JSONResponse:
    _owner_only(request)
    try:
        asked = await request.json()
        name, arguments = str(asked["operation"]), dict(asked["arguments"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputRejected('A job is {"operation": name, "arguments": {…}}.') from error
    begin = jobs.at_once if name in operations.AT_ONCE else jobs.start
    job = begin(name, lambda progress: operations.run(wiring.store(), name, arguments, progress))
    return JSONResponse(job.as_json(), 202)


def show(request: Request) -> JSONResponse:
    _owner_only(request)
    return JSONResponse(jobs.get(request.path_params["id"]).as_json())


def _owner_only(request: Request) -> None:
    offered = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(offered.encode(), TOKEN.encode()):
        raise NotAllowed("Only the owner of the store may hand work to its server.")
