"""The world of people, made once for the tests of this folder and served in this process to each file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rasure.settings import settings
from rasure.store.store import Store, open_store
from tests.people_world import Clock, clocked, fill, serving


@pytest.fixture(scope="package")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store of people, made once."""
    folder = tmp_path_factory.mktemp("people")
    fill(open_store(folder / "store", reference_folder=settings().reference), folder).close()
    return folder / "store"


@pytest.fixture(scope="module")
def world(people: Path) -> Iterator[Store]:
    """Serve it for one file of tests: another file may serve a store of its own in this process."""
    with pytest.MonkeyPatch.context() as patch, serving(people, patch) as store:
        yield store


@pytest.fixture
def clock(world: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Return a clock of ours, with nothing open and no glass broken."""
    for table in ("opening", "opening_request", "broken_glass", "broken_glass_seen"):
        world.ledger.run(f"delete from {table}")
    with clocked(monkeypatch) as found:
        yield found
