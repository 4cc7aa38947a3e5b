"""Start the server, after checking that this combination of settings and data may be served at all."""

import ipaddress
import os
import sys
from pathlib import Path

from rasure.errors import Conflict, Unsafe
from rasure.services import wiring
from rasure.settings import PROJECT, settings
from rasure.terms import StoreClass


def launch(root: Path, port: int) -> None:
    """Replace this process by the server, or raise `Unsafe` naming the rule."""
    refuse_unsafe(root, settings().mode, settings().host)
    os.environ["RASURE_STORE"] = str(root)
    os.chdir(PROJECT)
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = ["--server.port", str(port), "--server.address", settings().host]
    os.execv(sys.executable, command + options)


def refuse_unsafe(root: Path, mode: str, host: str) -> None:
    """Raise `Unsafe` when the store must not be served like this (security.md section 8)."""
    if mode == "demo" and not _is_loopback(host):
        raise Unsafe(f"R2: demo mode listens on this machine only, not on {host}. Unset RASURE_HOST.")
    try:
        with wiring.opened(root) as store:
            held = store.store_class
    except Conflict as error:
        raise Unsafe(f"R8: {error.message}") from error
    if mode == "demo" and held is StoreClass.OPERATIONAL:
        raise Unsafe("R1: this store holds operational data, which demo mode never serves. Use an identity provider.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
