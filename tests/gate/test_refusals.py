"""Unsafe combinations do not start: each is refused in one sentence that names its rule, with exit code 78."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rasure.errors import Unsafe
from rasure.services import refusals
from rasure.settings import PROJECT, Settings
from rasure.store.store import open_store
from rasure.terms import StoreClass
from tests.gate.conftest import ROLE_MAP

SAFE, OPEN, REAL = StoreClass.SYNTHETIC, StoreClass.OPEN_DATA, StoreClass.OPERATIONAL
OIDC = {
    "mode": "oidc",
    "public_url": "https://rasure.force.example",
    "oidc_issuer": "https://login.force.example/realms/force",
    "oidc_client_id": "rasure",
    "oidc_client_secret_file": "@client",
    "cookie_secret_file": "@cookie",
    "role_map": "@roles",
}
PROXY = {
    "mode": "proxy",
    "public_url": "https://rasure.force.example",
    "proxy_issuer": "https://gateway.force.example",
    "proxy_audience": "rasure",
    "proxy_jwks": "@keys",
    "role_map": "@roles",
}
TLS = {"host": "10.1.2.3", "tls_certificate": "@certificate", "tls_key": "@key"}
FILES = {
    "client": "the-client-secret",
    "cookie": "0123456789abcdef0123456789abcdef",
    "short": "0123456789abcdef0123456789abcde",
    "example": refusals.EXAMPLE_SECRET,
    "roles": ROLE_MAP,
    "nobody": "group,role,lpas\n",
    "barring": "group,role,lpas\nStaff,none,\n",
    "unaudited": "group,role,lpas\nAnalysts,analyst,\n",
    "broken": "group,role,lpas\nAnalysts,king,\n",
    "keys": '{"keys": []}',
    "certificate": "a certificate",
    "key": "its key",
}

#: What may be served, so that the refusals below are for what they name.
SERVED: dict[str, tuple[StoreClass, dict[str, Any]]] = {
    "demo over a synthetic force": (SAFE, {}),
    "demo over open data by name": (OPEN, {"host": "localhost"}),
    "provider behind a local gateway": (REAL, OIDC),
    "provider with an own certificate": (REAL, OIDC | TLS),
    "provider tried out on this machine": (
        REAL,
        OIDC | {"public_url": "http://127.0.0.1:8501", "oidc_issuer": "http://localhost:8080"},
    ),
    "gateway on this machine": (REAL, PROXY),
    "gateway elsewhere, named": (REAL, PROXY | {"host": "0.0.0.0", "trusted_peers": "10.1.2.3, 10.2.0.0/24"}),
    "gateway with keys at a local address": (REAL, PROXY | {"proxy_jwks": "http://127.0.0.1:9000/keys"}),
}

REFUSED: dict[str, tuple[str, StoreClass, dict[str, Any]]] = {
    "demo over operational data": ("R1", REAL, {}),
    "demo on every address": ("R2", SAFE, {"host": "0.0.0.0"}),
    "demo on a network address": ("R2", SAFE, {"host": "10.1.2.3"}),
    "demo on a name that may be anywhere": ("R2", SAFE, {"host": "rasure.force.example"}),
    "demo with a public name": ("R2", SAFE, {"public_url": "https://rasure.force.example"}),
    "demo with a gateway": ("R2", SAFE, {"trusted_peers": "10.1.2.3"}),
    "demo with a gateway's keys": ("R2", SAFE, {"proxy_jwks": "@keys"}),
    "demo with a certificate": ("R2", SAFE, {"tls_certificate": "@certificate", "tls_key": "@key"}),
    "provider on the network without certificate": ("R3", REAL, OIDC | {"host": "0.0.0.0"}),
    "provider's trusted peers are no certificate": (
        "R3",
        REAL,
        OIDC | {"host": "0.0.0.0", "trusted_peers": "10.1.2.3"},
    ),
    "gateway on the network without peers": ("R3", REAL, PROXY | {"host": "0.0.0.0"}),
    "certificate without key": ("R3", REAL, OIDC | {"tls_certificate": "@certificate"}),
    "certificate for a plain address": ("R3", REAL, OIDC | TLS | {"public_url": "http://rasure.force.example"}),
    "provider without a public address": ("R4", REAL, OIDC | {"public_url": ""}),
    "plain public address": ("R4", REAL, OIDC | {"public_url": "http://rasure.force.example"}),
    "public address with a path": ("R4", REAL, OIDC | {"public_url": "https://force.example/rasure"}),
    "plain issuer": ("R4", REAL, OIDC | {"oidc_issuer": "http://login.force.example"}),
    "local issuer for a public address": ("R4", REAL, OIDC | {"oidc_issuer": "http://localhost:8080"}),
    "no issuer": ("R4", REAL, OIDC | {"oidc_issuer": ""}),
    "no client id": ("R4", REAL, OIDC | {"oidc_client_id": ""}),
    "no client secret": ("R4", REAL, OIDC | {"oidc_client_secret_file": None}),
    "client secret's file missing": ("R4", REAL, OIDC | {"oidc_client_secret_file": "/nowhere/secret"}),
    "no cookie secret": ("R4", REAL, OIDC | {"cookie_secret_file": None}),
    "short cookie secret": ("R4", REAL, OIDC | {"cookie_secret_file": "@short"}),
    "the example's cookie secret": ("R4", REAL, OIDC | {"cookie_secret_file": "@example"}),
    "no role map": ("R4", REAL, OIDC | {"role_map": None}),
    "role map without a row": ("R4", REAL, OIDC | {"role_map": "@nobody"}),
    "role map that only bars": ("R4", REAL, OIDC | {"role_map": "@barring"}),
    "role map that cannot be read": ("R4", REAL, OIDC | {"role_map": "@broken"}),
    "no auditor": ("R4", REAL, OIDC | {"role_map": "@unaudited"}),
    "gateway without issuer": ("R4", REAL, PROXY | {"proxy_issuer": ""}),
    "gateway without audience": ("R4", REAL, PROXY | {"proxy_audience": ""}),
    "gateway without keys": ("R4", REAL, PROXY | {"proxy_jwks": ""}),
    "gateway's keys from elsewhere": ("R4", REAL, PROXY | {"proxy_jwks": "https://keys.example/jwks"}),
    "gateway's keys missing": ("R4", REAL, PROXY | {"proxy_jwks": "/nowhere/keys.json"}),
    "gateway's address is none": ("R4", REAL, PROXY | {"trusted_peers": "gateway.force.example"}),
    "gateway without auditor": ("R4", REAL, PROXY | {"role_map": "@unaudited"}),
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with every secret and table, readable by the owner alone, and a store beside them."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    (tmp_path / "store").mkdir(mode=0o700)
    return tmp_path


def chosen(files: Path, named: dict[str, Any]) -> Settings:
    values = {
        name: str(files / value[1:]) if isinstance(value, str) and value.startswith("@") else value
        for name, value in named.items()
    }
    return Settings(store=files / "store", **values)


@pytest.mark.parametrize("case", SERVED)
def test_what_is_safe_is_served(case: str, files: Path) -> None:
    store_class, named = SERVED[case]
    refusals.refuse_unsafe(store_class, chosen(files, named))


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_unsafe_is_refused_by_its_rule(case: str, files: Path) -> None:
    rule, store_class, named = REFUSED[case]
    with pytest.raises(Unsafe) as refused:
        refusals.refuse_unsafe(store_class, chosen(files, named))
    assert refused.value.message.startswith(f"{rule}: ")
    assert "\n" not in refused.value.message
    assert not any(FILES[name] in refused.value.message for name in ("client", "cookie", "short", "example"))


class TestFilesOthersCanReadOrChange:
    @pytest.mark.parametrize("name", ["client", "cookie", "key", "store"])
    @pytest.mark.parametrize("bit", [0o040, 0o004])
    def test_what_is_secret_is_for_the_owner_alone(self, name: str, bit: int, files: Path) -> None:
        path = files / name
        path.chmod(path.stat().st_mode | bit)
        with pytest.raises(Unsafe, match="R5: .*can be read by others"):
            refusals.refuse_unsafe(REAL, chosen(files, OIDC | TLS))

    @pytest.mark.parametrize(("name", "named"), [("roles", OIDC), ("roles", PROXY), ("keys", PROXY)])
    def test_what_gives_roles_is_for_the_owner_to_change(self, name: str, named: dict[str, Any], files: Path) -> None:
        (files / name).chmod(0o664)
        with pytest.raises(Unsafe, match="R5: .*can be changed by others"):
            refusals.refuse_unsafe(REAL, chosen(files, named))


OTHERWISE: dict[str, Any] = {
    "server.address": "0.0.0.0",
    "server.allowedHosts": ["*"],
    "server.baseUrlPath": "rasure",
    "server.corsAllowedOrigins": ["https://evil.example"],
    "server.enableCORS": False,
    "server.enableXsrfProtection": False,
    "server.maxUploadSize": 200,
    "server.maxWidgetStateSize": 25,
    "server.maxMessageSize": 200,
    "server.enableStaticServing": True,
    "server.enableAgentApi": True,
    "server.scriptHealthCheckEnabled": True,
    "server.fileWatcherType": "auto",
    "server.sslCertFile": "/another/certificate.pem",
    "server.trustedUserHeaders": {"x-user": "session"},
    "server.unsafeMetricsUserAttributes": ["session"],
    "client.showErrorDetails": "full",
    "client.showErrorLinks": True,
    "client.toolbarMode": "developer",
    "client.disableDataExport": False,
    "browser.gatherUsageStats": True,
    "global.developmentMode": True,
    "runner.magicEnabled": True,
}


class TestOptionsOfThePageServer:
    def test_the_options_as_they_should_be_pass(self) -> None:
        refusals.refuse_options(refusals.required_options(Settings()), Settings())

    def test_every_option_that_must_hold_is_tried_otherwise(self) -> None:
        assert set(OTHERWISE) == set(refusals.required_options(Settings()))

    @pytest.mark.parametrize("name", OTHERWISE)
    def test_any_other_value_is_refused(self, name: str) -> None:
        effective = refusals.required_options(Settings()) | {name: OTHERWISE[name]}
        with pytest.raises(Unsafe, match=f"R7: {name} is "):
            refusals.refuse_options(effective, Settings())

    def test_hosts_must_include_the_public_name(self) -> None:
        public = Settings(mode="oidc", public_url="https://rasure.force.example")
        held = refusals.required_options(public)
        assert held["server.allowedHosts"] == ["rasure.force.example"]
        with pytest.raises(Unsafe, match=r"R7: server\.allowedHosts"):
            refusals.refuse_options(held | {"server.allowedHosts": ["127.0.0.1"]}, public)


def serve(store: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rasure", "serve", "--store", str(store), "--port", "8599"]
    return subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, env=os.environ | environment, check=False, timeout=60
    )


class TestStarting:
    """The command itself: one line on standard error and exit code 78."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        open_store(tmp_path / "store", reference_folder=Settings().reference).close()
        return tmp_path / "store"

    @pytest.mark.parametrize(
        ("rule", "environment"),
        [
            ("R2", {"RASURE_HOST": "0.0.0.0"}),
            ("R4", {"RASURE_MODE": "oidc"}),
            ("R4", {"RASURE_MODE": "proxy"}),
            ("R7", {"STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "false"}),
            ("R7", {"STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "full"}),
        ],
    )
    def test_refuses_in_one_line(self, rule: str, environment: dict[str, str], folder: Path) -> None:
        done = serve(folder, **environment)
        assert (done.returncode, done.stdout) == (78, "")
        assert done.stderr.startswith(f"{rule}: ")
        assert len(done.stderr.splitlines()) == 1

    def test_refuses_an_option_from_the_home_folder(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / ".streamlit").mkdir()
        (tmp_path / ".streamlit" / "config.toml").write_text("[server]\nenableAgentApi = true\n", encoding="utf-8")
        done = serve(folder, HOME=str(tmp_path))
        assert (done.returncode, done.stderr.split(" is ")[0]) == (78, "R7: server.enableAgentApi")

    def test_refuses_a_store_another_process_holds(self, folder: Path) -> None:
        held = open_store(folder, reference_folder=Settings().reference)
        try:
            done = serve(folder)
        finally:
            held.close()
        assert (done.returncode, done.stderr[:3]) == (78, "R8:")

    def test_refuses_a_ledger_of_a_newer_program(self, folder: Path) -> None:
        held = open_store(folder, reference_folder=Settings().reference)
        held.ledger.run("pragma user_version = 999")
        held.close()
        done = serve(folder)
        assert (done.returncode, done.stderr[:4]) == (78, "R10:")

    def test_refuses_a_store_of_a_newer_program(self, folder: Path) -> None:
        held = open_store(folder, reference_folder=Settings().reference)
        with held.analytics.transaction() as writer:
            writer.run("insert into schema_migration (version, name, sha256) values (999, 'later', 'x')")
        held.close()
        done = serve(folder)
        assert (done.returncode, done.stderr[:4]) == (78, "R10:")
