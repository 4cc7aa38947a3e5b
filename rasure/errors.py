"""What can go wrong that a person can act on.

Every message says what is wrong, with what, and what to do. Each error is also the nearest builtin, so code
that knows nothing of Rasure still catches it sensibly. Bad rows are not errors: they are rows of the rejects
table. Too little data is not an error: it is a result with a caveat.
"""


class RasureError(Exception):
    """Something a person can act on; its text is shown as it stands."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputRejected(RasureError, ValueError):  # noqa: N818
    """A file, a value or a setting that cannot be taken as it is."""


class NotAllowed(RasureError, PermissionError):  # noqa: N818
    """The person asking may not have this."""


class OutOfArea(NotAllowed):
    """The person may do this, but not there; the door that says so writes it into the audit log."""


class ReasonNeeded(NotAllowed):
    """The person may open this, and has not said why, or too long ago."""


class ApprovalNeeded(NotAllowed):
    """The person may open this once a second person has approved it."""


class NotFound(RasureError, LookupError):  # noqa: N818
    """There is no such thing, or none the person may see."""


class Gone(NotFound):
    """It was there for whoever asks, and is no more."""


class Conflict(RasureError, RuntimeError):  # noqa: N818
    """The store is in a state, or in use, in a way that this would break."""


class Unavailable(RasureError, OSError):  # noqa: N818
    """A part Rasure needs cannot be used now: a file, a lock, the log."""


class Unsafe(RasureError, RuntimeError):  # noqa: N818
    """A combination of settings and data that must not be served."""

    exit_code = 78
