"""Settings: the only reader of the environment. Every name is `RASURE_…`; the README lists them."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """What an operator can choose; every default is safe on a laptop."""

    model_config = SettingsConfigDict(env_prefix="RASURE_", extra="ignore", frozen=True)

    store: Path = Field(default=PROJECT / "data" / "store", description="Folder that holds the store.")
    reference: Path = Field(default=PROJECT / "data" / "reference", description="Folder of the reference tables.")
    mode: Literal["demo"] = Field(
        default="demo", description="How people sign in: demo lets them pick an invented person."
    )
    audit_key_file: Path | None = Field(
        default=None, description="Key of the audit log; beside the store, never in it, when not given."
    )
    audit_heads: Path | None = Field(
        default=None, description="Second folder for heads of the audit log, best on another machine's disk."
    )
    marking: str = Field(default="OFFICIAL-SENSITIVE", description="Protective marking on every page and file.")
    inbox_quiet_s: float = Field(
        default=120.0, gt=0, description="How long a drop without a manifest must lie unchanged before it is loaded."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on; loopback only in demo mode.")
    port: int = Field(default=8501, ge=1, le=65535, description="Port to listen on.")


@cache
def settings() -> Settings:
    return Settings()
