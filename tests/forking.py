"""Processes to be killed: each forked from one that has all imported, since a new interpreter takes seconds to begin.

What is forked has opened nothing and holds nothing: a script runs in it as in a process of its own, which it is.
"""

import importlib
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from rasure.settings import PROJECT

_IMPORTED = (
    "rasure.cli",
    *("pyarrow.parquet", "rasure.ingest.load_niche", "rasure.ingest.load_pings", "rasure.ingest.load_police_uk"),
    *("rasure.services.erasure", "rasure.services.wiring"),
)


class Forked:
    """Runs scripts, one after the other, each in a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.forking"]
        self._parent = subprocess.Popen(
            command, cwd=PROJECT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1
        )

    def __enter__(self) -> "Forked":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._parent.communicate()

    def run(self, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a script to its end, or to the signal that ended it; `arguments` are its `sys.argv[1:]`."""
        given = list(map(str, arguments))
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        with TemporaryDirectory() as folder:
            self._parent.stdin.write(json.dumps([script, given, folder]) + "\n")
            code = int(self._parent.stdout.readline())
            said, complained = ((Path(folder) / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(given, code, said, complained)


def _serve() -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    for line in sys.stdin:
        script, arguments, folder = json.loads(line)
        child = os.fork()
        if not child:
            _become(script, arguments, Path(folder))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(script: str, arguments: list[str], folder: Path) -> None:
    """Run a script and end, whatever it does."""
    code = 1
    try:
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), descriptor)
        sys.argv[1:] = arguments
        exec(compile(script, "<script>", "exec"), {"__name__": "__main__"})
        code = 0
    except SystemExit as ended:
        assert isinstance(ended.code, int)
        code = ended.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
