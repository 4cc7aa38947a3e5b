"""The world of people, served in this process once for the tests of this folder."""

from collections.abc import Iterator

import pytest

from rasure.settings import settings
from rasure.store.store import Store, open_store
from tests.people_world import Clock, clocked, fill, serving


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("people")
    held = open_store(folder / "store", reference_folder=settings().reference)
    fill(held, folder).close()
    with pytest.MonkeyPatch.context() as patch, serving(folder / "store", patch) as store:
        yield store


@pytest.fixture
def clock(world: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Return a clock of ours, with nothing open and no glass broken."""
    for table in ("opening", "opening_request", "broken_glass", "broken_glass_seen"):
        world.ledger.run(f"delete from {table}")
    with clocked(monkeypatch) as found:
        yield found
