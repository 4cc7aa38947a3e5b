"""A store, a real OpenID provider, and real servers that people sign in to through it."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from rasure.ingest import load_boundaries, load_police_uk
from rasure.settings import PROJECT, settings
from rasure.store.store import open_store
from tests.browser.conftest import _wait_until_healthy, free_port, offences
from tests.makers import squares

T = TypeVar("T")
OIDC = PROJECT / "tests" / "oidc"
CLIENT_SECRET = "a-secret-of-the-tests-only-0123456789"
COOKIE_SECRET = "another-secret-of-the-tests-only-0123456789"
ROLE_MAP = """group,role,lpas
Rasure-Barred,none,
Rasure-Analysts,analyst,
Rasure-Auditors,auditor,
Rasure-West,inspector,West
"""


def aside(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in a thread of its own: a browser may hold this one's loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def filled(folder: Path) -> Path:
    """Make a store of two areas with offences in both; return its folder."""
    store = open_store(folder / "store", reference_folder=settings().reference)
    load_boundaries.load(store, squares(folder / "areas.geojson"))
    load_police_uk.load(store, offences(folder / "in"))
    store.close()
    return folder / "store"


def identity_environment(folder: Path, port: int, provider: str) -> dict[str, str]:
    """Return settings of an OIDC server at this port, its secrets and role map written into `folder`."""
    for name, text in (("client", CLIENT_SECRET), ("cookie", COOKIE_SECRET)):
        file = folder / f"{name}.secret"
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)
    role_map = folder / "roles.csv"
    role_map.write_text(ROLE_MAP, encoding="utf-8")
    role_map.chmod(0o600)
    return {
        "RASURE_STORE": str(folder / "store"),
        "RASURE_MODE": "oidc",
        "RASURE_PORT": str(port),
        "RASURE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "RASURE_OIDC_ISSUER": provider,
        "RASURE_OIDC_CLIENT_ID": "rasure",
        "RASURE_OIDC_CLIENT_SECRET_FILE": str(folder / "client.secret"),
        "RASURE_COOKIE_SECRET_FILE": str(folder / "cookie.secret"),
        "RASURE_ROLE_MAP": str(role_map),
    }


@pytest.fixture(scope="session")
def provider_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the provider's program with its packages beside it, installed from the lock if they are not there."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        if os.environ.get("CI"):
            pytest.fail("Node and npm must be installed in CI: the sign-in tests start a real OpenID provider")
        pytest.skip("no Node on this machine: install nodejs and npm to run the sign-in tests")
    if not (OIDC / "node_modules" / "oidc-provider").exists():
        aside = tmp_path_factory.mktemp("npm")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(OIDC / name, aside)
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=aside, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            if os.environ.get("CI"):
                pytest.fail(f"npm ci failed: {done.stderr[-2000:]}")
            pytest.skip("the OpenID provider's packages are not here and cannot be fetched")
        if not (OIDC / "node_modules").exists():
            shutil.move(aside / "node_modules", OIDC / "node_modules")
    return OIDC / "provider.mjs"


@dataclass(frozen=True, slots=True)
class Signing:
    """A server in OIDC mode with its provider, and the file that sets the server's clock on."""

    url: str
    provider: str
    store: Path
    folder: Path
    log: Path

    def set_clock_on(self, seconds: float) -> None:
        (self.folder / "offset").write_text(str(seconds), encoding="utf-8")


@contextmanager
def serving(folder: Path, url: str, environment: dict[str, str]) -> Iterator[Path]:
    """Serve with these settings, by a clock in `folder` that tests can set on; yield the server's log."""
    (folder / "offset").write_text("0", encoding="utf-8")
    log = folder / "server.log"
    command = [sys.executable, "-m", "tests.gate.clocked", str(folder)]
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=PROJECT, stdout=out, stderr=out, env=environment)
        try:
            _wait_until_healthy(url, server, log)
            yield log
        finally:
            server.terminate()
            server.wait()


@pytest.fixture(scope="session")
def signing(provider_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signing]:
    folder = tmp_path_factory.mktemp("signing")
    filled(folder)
    port, provider_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    provider = subprocess.Popen(
        ["node", str(provider_program), str(provider_port), f"{url}/sign-in/return", f"{url}/signed-out"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert provider.stdout is not None
    environment = os.environ | identity_environment(folder, port, f"http://localhost:{provider_port}")
    try:
        assert provider.stdout.readline().strip() == "ready"
        with serving(folder, url, environment) as log:
            yield Signing(url, f"http://localhost:{provider_port}", folder / "store", folder, log)
    finally:
        provider.terminate()
        provider.wait()
        provider.stdout.close()
