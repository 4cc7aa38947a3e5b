"""Start the server, after checking that this combination of settings and data may be served at all."""

import os
import sys
from pathlib import Path

from rasure.errors import Conflict, Unsafe
from rasure.services import wiring
from rasure.services.refusals import refuse_unsafe, refuse_unsound_log
from rasure.settings import PROJECT, settings
from rasure.store.audit import utc_now


def launch(root: Path, port: int) -> None:
    """Replace this process by the server, or raise `Unsafe` naming the rule."""
    try:
        with wiring.opened(root) as store:
            refuse_unsafe(store.store_class, settings().mode, settings().host)
            refuse_unsound_log(store.audit, utc_now())
    except Conflict as error:
        raise Unsafe(f"R8: {error.message}") from error
    os.environ["RASURE_STORE"] = str(root)
    os.chdir(PROJECT)
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = ["--server.port", str(port), "--server.address", settings().host]
    os.execv(sys.executable, command + options)
