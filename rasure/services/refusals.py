"""Combinations of settings and data that are never served (security.md section 8); there is no override."""

import ipaddress

from rasure.errors import Unsafe
from rasure.terms import StoreClass


def refuse_unsafe(store_class: StoreClass, mode: str, host: str) -> None:
    """Raise `Unsafe` naming the rule when the store must not be served like this."""
    if mode == "demo" and not _is_loopback(host):
        raise Unsafe(f"R2: demo mode listens on this machine only, not on {host}. Unset RASURE_HOST.")
    if mode == "demo" and store_class is StoreClass.OPERATIONAL:
        raise Unsafe("R1: this store holds operational data, which demo mode never serves. Use an identity provider.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
