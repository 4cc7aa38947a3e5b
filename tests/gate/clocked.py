"""Serve as `rasure serve` does, but by a clock that a file sets on: `python -m tests.gate.clocked OFFSET_FILE`."""

import os
import sys
import time
from pathlib import Path

from streamlit.web import cli

from rasure import launch
from rasure.services import sessions
from rasure.settings import settings


def main() -> None:
    offset = Path(sys.argv[1])
    sessions.clock = lambda: time.time() + float(offset.read_text(encoding="utf-8"))
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    sys.argv = ["streamlit", "run", "app.py", *launch._written(launch._flags(settings()))]
    cli.main()


if __name__ == "__main__":
    main()
