"""Combinations of settings and data that are never served (security.md section 8); there is no override.

R8 and R10 are said by the store, R11 by the pages; what each means is in docs/operating.md.
"""

import ipaddress
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rasure.errors import RasureError, Unsafe
from rasure.services import credentials
from rasure.settings import Settings
from rasure.store.audit import AuditLog
from rasure.store.audit_key import key_beside
from rasure.store.paths import StorePaths
from rasure.terms import Role, StoreClass

#: The cookie secret of the operator's guide; whoever copies it has told it to everybody.
EXAMPLE_SECRET = "replace-me-with-python-c-import-secrets-print-secrets.token_urlsafe"
LEAST_SECRET_BYTES = 32

Rule = Callable[[StoreClass, Settings], str | None]

#: A clock set back by no more than this is taken as a correction.
CLOCK_MAY_STAND_BEHIND = timedelta(minutes=5)


def refuse_unsafe(store_class: StoreClass, chosen: Settings) -> None:
    """Raise `Unsafe` naming the rule when the store must not be served like this."""
    for rule in _RULES:
        if sentence := rule(store_class, chosen):
            raise Unsafe(sentence)


def refuse_unsound_log(log: AuditLog, now: datetime) -> None:
    """Raise `Unsafe` when the audit log cannot be written or stands in the future."""
    if log.fault:
        raise Unsafe(f"R6: {log.fault} See `rasure audit verify`.")
    last = datetime.fromisoformat(log.head().t)
    if last - now > CLOCK_MAY_STAND_BEHIND:
        raise Unsafe(
            f"R9: this machine's clock says {now:%d %B %Y %H:%M} UTC, but the audit log has a record of"
            f" {last:%d %B %Y %H:%M}. Set the clock right."
        )


def refuse_options(effective: Mapping[str, Any], chosen: Settings) -> None:
    """Raise `Unsafe` when an option of the page server is not what it must be, wherever it was set."""
    for name, wanted in required_options(chosen).items():
        if not _as_wanted(name, effective.get(name), wanted):
            raise Unsafe(
                f"R7: {name} is {effective.get(name)!r} and must be {wanted!r}. Take your own setting of it away."
            )


def required_options(chosen: Settings) -> dict[str, Any]:
    """Return the options of the page server that everything here relies on, with the values they must have."""
    return {
        "server.address": chosen.host,
        "server.allowedHosts": page_hosts(chosen),
        "server.baseUrlPath": "",
        "server.corsAllowedOrigins": [],
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
        "server.maxUploadSize": 25,
        "server.maxWidgetStateSize": 2,
        "server.maxMessageSize": 25,
        "server.enableStaticServing": False,
        "server.enableAgentApi": False,
        "server.scriptHealthCheckEnabled": False,
        "server.fileWatcherType": "none",
        "server.sslCertFile": str(chosen.tls_certificate) if chosen.tls_certificate else None,
        "server.trustedUserHeaders": {"x-rasure-session": "session"},
        "server.unsafeMetricsUserAttributes": [],
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        "client.disableDataExport": True,
        "browser.gatherUsageStats": False,
        "global.developmentMode": False,
        "runner.magicEnabled": False,
    }


def page_hosts(chosen: Settings) -> list[str]:
    """Return the host names under which pages may be asked for."""
    public = urlsplit(chosen.public_url).hostname
    return [public] if public else ["127.0.0.1", "localhost"]


def is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _as_wanted(name: str, value: Any, wanted: Any) -> bool:
    if name.startswith("server.max"):
        return isinstance(value, int | float) and 0 < value <= wanted
    if name == "server.allowedHosts":
        return set(wanted) <= set(value or []) <= {*wanted, "127.0.0.1", "localhost"}
    if isinstance(wanted, list):
        return list(value or []) == wanted
    return (value or None) == (wanted or None) if isinstance(wanted, str) or wanted is None else bool(value == wanted)


def _r1(store_class: StoreClass, chosen: Settings) -> str | None:
    if chosen.mode == "demo" and store_class is StoreClass.OPERATIONAL:
        return (
            "R1: this store holds operational data, which demo mode never serves. Use an identity provider:"
            " docs/operating.md shows how, step by step."
        )
    return None


def _r2(_store_class: StoreClass, chosen: Settings) -> str | None:
    if chosen.mode != "demo":
        return None
    if not is_loopback(chosen.host):
        return f"R2: demo mode listens on this machine only, not on {chosen.host}. Unset RASURE_HOST."
    for name in ("public_url", "trusted_peers", "proxy_jwks", "tls_certificate"):
        if getattr(chosen, name):
            return f"R2: demo mode stands behind no gateway and has no public name. Unset RASURE_{name.upper()}."
    return None


def _r3(_store_class: StoreClass, chosen: Settings) -> str | None:
    if bool(chosen.tls_certificate) != bool(chosen.tls_key):
        return "R3: a certificate needs its key. Set both RASURE_TLS_CERTIFICATE and RASURE_TLS_KEY, or neither."
    if chosen.tls_certificate and not chosen.is_https:
        return f"R3: with an own certificate RASURE_PUBLIC_URL must begin with https://, not {chosen.public_url!r}."
    if is_loopback(chosen.host) or chosen.tls_certificate or (chosen.mode == "proxy" and chosen.trusted_peers):
        return None
    return (
        f"R3: listening on {chosen.host} needs an own certificate (RASURE_TLS_CERTIFICATE), or proxy mode with the"
        " gateway's addresses in RASURE_TRUSTED_PEERS."
    )


def _r4(_store_class: StoreClass, chosen: Settings) -> str | None:
    if chosen.mode == "demo":
        return None
    public = urlsplit(chosen.public_url)
    if not public.hostname or public.path.strip("/") or public.query:
        return "R4: RASURE_PUBLIC_URL must be the one address browsers use, such as https://rasure.example.police.uk."
    if public.scheme != "https" and not (public.scheme == "http" and is_loopback(public.hostname)):
        return "R4: RASURE_PUBLIC_URL must be https, so that nobody on the network reads or takes a session."
    return (_r4_oidc if chosen.mode == "oidc" else _r4_proxy)(chosen) or _r4_roles(chosen)


def _r4_oidc(chosen: Settings) -> str | None:
    issuer = urlsplit(chosen.oidc_issuer)
    on_loopback = is_loopback(issuer.hostname) and is_loopback(urlsplit(chosen.public_url).hostname)
    if issuer.scheme != "https" and not (issuer.scheme == "http" and on_loopback):
        return "R4: RASURE_OIDC_ISSUER must be the https address of the identity provider."
    if not chosen.oidc_client_id:
        return "R4: RASURE_OIDC_CLIENT_ID is empty. Register Rasure with the identity provider."
    try:
        secret, client_secret = credentials.cookie_secret(chosen), credentials.client_secret(chosen)
    except RasureError as error:
        return f"R4: {error.message}"
    if not client_secret:
        return "R4: there is no client secret. Put it into a file 0600 and name it in RASURE_OIDC_CLIENT_SECRET_FILE."
    if secret == EXAMPLE_SECRET:
        return "R4: the cookie secret is the example's. Make your own."
    if len(secret.encode()) < LEAST_SECRET_BYTES:
        return f"R4: the cookie secret is absent or shorter than {LEAST_SECRET_BYTES} bytes. Make a random one."
    return None


def _r4_proxy(chosen: Settings) -> str | None:
    for name in ("proxy_issuer", "proxy_audience", "proxy_jwks"):
        if not getattr(chosen, name):
            return f"R4: RASURE_{name.upper()} is empty, so nothing could verify the gateway's assertion."
    keys = urlsplit(chosen.proxy_jwks)
    if keys.scheme in ("http", "https") and not is_loopback(keys.hostname):
        return "R4: RASURE_PROXY_JWKS must be a file or an address on this machine, or another could swap the keys."
    if not keys.scheme and not Path(chosen.proxy_jwks).is_file():
        return f"R4: there is no file {chosen.proxy_jwks} with the gateway's keys."
    for peer in filter(None, (part.strip() for part in chosen.trusted_peers.split(","))):
        try:
            ipaddress.ip_network(peer, strict=False)
        except ValueError:
            return f"R4: {peer!r} in RASURE_TRUSTED_PEERS is no address and no network."
    return None


def _r4_roles(chosen: Settings) -> str | None:
    try:
        held = credentials.roles(chosen)
    except RasureError as error:
        return f"R4: {error.message}"
    if not held.roles:
        return "R4: the role map gives nobody a role."
    if Role.AUDITOR not in held.roles:
        return "R4: the role map names no auditor. Somebody must be able to read the log."
    return None


def _r5(_store_class: StoreClass, chosen: Settings) -> str | None:
    if chosen.mode == "demo":
        return None
    paths = StorePaths(chosen.store)
    private = (
        chosen.store,
        paths.ledger,
        chosen.audit_key_file or key_beside(chosen.store),
        chosen.tls_key,
        chosen.oidc_client_secret_file,
        chosen.cookie_secret_file,
    )
    for path in private:
        if path and path.exists() and path.stat().st_mode & 0o077:
            return f"R5: {path} can be read by others. Take that away: chmod go-rwx {path}"
    for path in (chosen.role_map, None if "://" in chosen.proxy_jwks else Path(chosen.proxy_jwks or "-")):
        if path and path.exists() and path.stat().st_mode & 0o022:
            return f"R5: {path} can be changed by others, who could give themselves a role: chmod go-w {path}"
    return None


_RULES: tuple[Rule, ...] = (_r1, _r2, _r3, _r4, _r5)
