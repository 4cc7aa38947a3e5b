"""One JSON shape for everything that goes wrong: {"error": {"code", "message"}}; a page for a person taking a file."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from rasure.errors import Conflict, Gone, InputRejected, NotAllowed, NotFound, OutOfArea, RasureError, Unavailable
from rasure.gate import entrance
from rasure.services import audit

_STATUS = {InputRejected: 422, NotAllowed: 403, Gone: 410, NotFound: 404, Conflict: 409, Unavailable: 503}


def answer(request: Request, error: Exception) -> Response:
    """Turn a `RasureError` into its status, code and words; a reach into another area is written into the log."""
    if isinstance(error, OutOfArea):
        audit.denied(request.state.principal, f"path:{request.url.path}")
    kind = type(error)
    status = next((status for family, status in _STATUS.items() if issubclass(kind, family)), 500)
    message = error.message if isinstance(error, RasureError) else "Something failed; the log has the details."
    if request.url.path.startswith("/export/") and "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(entrance.not_exported(message), status)
    code = next((family.__name__ for family in _STATUS if issubclass(kind, family)), "Failed")
    return JSONResponse({"error": {"code": _snake(code), "message": message}}, status)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
