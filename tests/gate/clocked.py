"""Serve as `rasure serve` does, by a clock that the file `offset` sets on, counting in `worked-out` each ranking made.

An open page's session is looked at every second and not every twenty, so that nobody waits for it.

python -m tests.gate.clocked FOLDER
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.web import cli

from rasure import launch
from rasure.gate import websocket
from rasure.services import hot_spots, sessions
from rasure.settings import settings


def counted(function: Callable[..., Any], file: Path) -> Callable[..., Any]:
    """Return the function, noting each call in a file."""

    def noted(*given: Any, **named: Any) -> Any:
        with file.open("a", encoding="utf-8") as out:
            out.write("once\n")
        return function(*given, **named)

    return noted


def main() -> None:
    folder = Path(sys.argv[1])
    sessions.clock = lambda: time.time() + float((folder / "offset").read_text(encoding="utf-8"))
    websocket.LOOK_EVERY_S = 1.0
    hot_spots.picture = counted(hot_spots.picture, folder / "worked-out")
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    sys.argv = ["streamlit", "run", "app.py", *launch._written(launch._flags(settings()))]
    cli.main()


if __name__ == "__main__":
    main()
