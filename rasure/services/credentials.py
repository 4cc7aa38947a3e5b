"""Secrets and the role map, read where the operator put them; never logged, never shown."""

from pathlib import Path

from pydantic import SecretStr

from rasure.access import role_map
from rasure.access.role_map import RoleMap
from rasure.errors import InputRejected, Unavailable
from rasure.settings import Settings


def client_secret(chosen: Settings) -> str:
    return _secret(chosen.oidc_client_secret, chosen.oidc_client_secret_file)


def cookie_secret(chosen: Settings) -> str:
    return _secret(chosen.cookie_secret, chosen.cookie_secret_file)


def roles(chosen: Settings) -> RoleMap:
    """Read the role map; it is read at every sign-in, so a change counts from the next one on."""
    if chosen.role_map is None:
        raise InputRejected("There is no role map. Name its file in RASURE_ROLE_MAP.")
    return role_map.parse(_text(chosen.role_map))


def _secret(value: SecretStr, file: Path | None) -> str:
    return _text(file).strip() if file else value.get_secret_value()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"{file} cannot be read ({type(error).__name__}).") from error
