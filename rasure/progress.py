"""A progress bar on standard error, shown only to a person at a terminal and only for what takes a while."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from rasure.store.store import Progress as Report
from rasure.store.store import silent


@contextmanager
def progress_bar() -> Iterator[Report]:
    """Yield a function to report progress with."""
    if not sys.stderr.isatty():
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda done, total, what: bars.update(task, completed=done, total=total or None, description=what)
