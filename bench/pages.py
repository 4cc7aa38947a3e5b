"""Measure pages through a real server: start to first answer, and reruns as the server sees them."""

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from streamlit.testing.v1 import AppTest

from rasure.settings import PROJECT, settings


def measure(root: Path) -> None:
    _start(root)
    _reruns(root)


def _start(root: Path) -> None:
    """Time from starting the process to the health answer and to the first page's HTML."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rasure", "serve", "--store", str(root), "--port", str(port)]
    began = time.perf_counter()
    server = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        print(f"start to health answer: {time.perf_counter() - began:.2f} s")
    finally:
        server.terminate()
        server.wait()


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(url)


def _reruns(root: Path) -> None:
    """Time reruns of the hot-spot page after a filter change, without a browser."""
    os.environ["RASURE_STORE"] = str(root)
    settings.cache_clear()
    from rasure.gate import identity
    from rasure.services import sessions, wiring

    page = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
    page.user = {identity.USER_KEY: identity.signed(sessions.begin())}
    page.run()
    took = []
    for area in ("Reading", "Oxford", "Milton Keynes", "Slough", "Wycombe", "Whole force"):
        began = time.perf_counter()
        page.selectbox(key="area").set_value(area).run()
        took.append(time.perf_counter() - began)
    print(f"filter change, server side: median {statistics.median(took) * 1000:.0f} ms, most {max(took) * 1000:.0f} ms")
    wiring.close()
