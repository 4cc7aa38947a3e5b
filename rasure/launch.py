"""Start the server, after checking that this combination of settings and data may be served at all."""

import os
import sys
from pathlib import Path
from typing import Any

from rasure.errors import Conflict, Unsafe
from rasure.services import refusals, wiring
from rasure.settings import PROJECT, Settings, foreign_options, settings
from rasure.store.audit import utc_now


def launch(root: Path, port: int) -> None:
    """Replace this process by the server, or raise `Unsafe` naming the rule."""
    chosen = settings().model_copy(update={"store": root, "port": port})
    flags = _flags(chosen)
    os.chdir(PROJECT)
    _refuse_other_options(chosen, flags)
    try:
        with wiring.opened(root) as store:
            refusals.refuse_unsafe(store.store_class, chosen)
            refusals.refuse_unsound_log(store.audit, utc_now())
    except Conflict as error:
        raise Unsafe(f"R8: {error.message}") from error
    os.environ["RASURE_STORE"] = str(root)
    # Who is at the other end of a connection is for the gate to judge, not for a header to claim.
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", "app.py", *_written(flags)])


def _flags(chosen: Settings) -> dict[str, Any]:
    flags: dict[str, Any] = {
        "server.port": chosen.port,
        "server.address": chosen.host,
        "server.allowedHosts": refusals.page_hosts(chosen),
    }
    if chosen.tls_certificate and chosen.tls_key:
        flags |= {"server.sslCertFile": str(chosen.tls_certificate), "server.sslKeyFile": str(chosen.tls_key)}
    return flags


def _refuse_other_options(chosen: Settings, flags: dict[str, Any]) -> None:
    if foreign := foreign_options():
        raise Unsafe(f"R7: {foreign[0]} is set in the environment. Rasure chooses these options itself: unset it.")
    from rasure.web import options

    refusals.refuse_options(options.foreseen(refusals.required_options(chosen), flags), chosen)


def _written(flags: dict[str, Any]) -> list[str]:
    words = []
    for name, value in flags.items():
        for one in value if isinstance(value, list) else [value]:
            words += [f"--{name}", str(one)]
    return words
