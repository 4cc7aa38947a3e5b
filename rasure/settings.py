"""Settings: the only reader of the environment. Every name is `RASURE_…`; docs/operating.md explains each."""

import os
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """What an operator can choose; every default is safe on a laptop."""

    model_config = SettingsConfigDict(env_prefix="RASURE_", extra="ignore", frozen=True)

    store: Path = Field(default=PROJECT / "data" / "store", description="Folder that holds the store.")
    reference: Path = Field(default=PROJECT / "data" / "reference", description="Folder of the reference tables.")
    mode: Literal["demo", "oidc", "proxy"] = Field(
        default="demo", description="How people sign in: pick an invented person, identity provider, or gateway."
    )
    audit_key_file: Path | None = Field(
        default=None, description="Key of the audit log; beside the store, never in it, when not given."
    )
    audit_heads: Path | None = Field(
        default=None, description="Second folder for heads of the audit log, best on another machine's disk."
    )
    staff_file: Path | None = Field(
        default=None, description="CSV of staff surnames, postcodes and shifts, for the panel of unusual look-ups."
    )
    marking: str = Field(default="OFFICIAL-SENSITIVE", description="Protective marking on every page and file.")
    reason_required: bool = Field(
        default=True, description="Whether a person's record opens only after a reason and a reference are given."
    )
    opening_min: int = Field(default=30, ge=1, le=720, description="How long one opening of a record lasts, minutes.")
    broken_glass_h: float = Field(
        default=4.0, gt=0, le=12, description="How long looking outside the own areas lasts, hours."
    )
    inbox_quiet_s: float = Field(
        default=120.0, gt=0, description="How long a drop without a manifest must lie unchanged before it is loaded."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on; loopback only in demo mode.")
    port: int = Field(default=8501, ge=1, le=65535, description="Port to listen on.")

    public_url: str = Field(default="", description="The one address browsers use, such as https://rasure.force.")
    tls_certificate: Path | None = Field(default=None, description="Own certificate, PEM.")
    tls_key: Path | None = Field(default=None, description="Its key, PEM, readable by the owner alone.")

    role_map: Path | None = Field(default=None, description="CSV: group, role, lpas.")
    person_claim: str = Field(default="sub", min_length=1, description="Claim that identifies a person.")
    name_claim: str = Field(default="name", min_length=1, description="Claim with the name to show.")
    groups_claim: str = Field(default="groups", min_length=1, description="Claim with the groups or app roles.")

    oidc_issuer: str = Field(default="", description="Issuer of the identity provider, exactly as it names itself.")
    oidc_client_id: str = Field(default="", description="Client id registered for Rasure.")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="Client secret; better in a file.")
    oidc_client_secret_file: Path | None = Field(default=None, description="File 0600 with the client secret.")
    oidc_prompt: Literal["login", "select_account", ""] = Field(
        default="login", description="What the provider asks at each sign-in; login: prove again who you are."
    )
    oidc_ca: Path | None = Field(default=None, description="PEM of the authority that signed the provider's TLS.")
    cookie_secret: SecretStr = Field(default=SecretStr(""), description="At least 32 random bytes; better in a file.")
    cookie_secret_file: Path | None = Field(default=None, description="File 0600 with the cookie secret.")

    proxy_header: str = Field(default="x-rasure-assertion", description="Header with the gateway's signed assertion.")
    proxy_issuer: str = Field(default="", description="Issuer of the assertion.")
    proxy_audience: str = Field(default="", description="Audience of the assertion.")
    proxy_jwks: str = Field(default="", description="File, or loopback URL, of the gateway's public keys.")
    trusted_peers: str = Field(default="", description="Addresses or networks of the gateway, comma-separated.")

    planned_minutes: float = Field(
        default=15.0, gt=0, description="Patrol-minutes planned for a hot spot on a day it is to be patrolled."
    )
    least_patrols: int = Field(
        default=10,
        ge=5,
        description="Tasked visits below which nobody is compared with anybody in feedback on patrols.",
    )

    rate_per_s: float = Field(default=40.0, gt=0, description="Requests a second one session or address may keep up.")
    rate_burst: int = Field(default=400, ge=1, description="Requests one session or address may make at once.")

    @property
    def is_https(self) -> bool:
        """Whether browsers reach Rasure by TLS, its own or a gateway's."""
        return urlsplit(self.public_url).scheme == "https"


@cache
def settings() -> Settings:
    return Settings()


def foreign_options() -> list[str]:
    """Return the environment's own settings of the page server, which none but Rasure's configuration may make."""
    return sorted(name for name in os.environ if name.startswith("STREAMLIT_"))
