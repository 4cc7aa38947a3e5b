"""An erasure killed at any moment happened wholly or not at all once the store is opened again."""

import signal
from pathlib import Path

import pytest

from rasure.errors import NotFound
from rasure.services import erasure, wiring
from tests.canaries import BASIS, FAMILY, WHO, copied, places_of, plant
from tests.forking import Forked

#: Erases and kills itself at the nth step that touches the disk or the ledger; with n = 0 it prints how many there are.
CHILD = """
import os, shutil, signal, sys
from pathlib import Path
from rasure.services import erasure
from rasure.store import store as stores
from rasure.store.ledger.database import Ledger

root, person, fatal = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
steps = 0

def counted(function):
    def wrapped(*args, **kwargs):
        global steps
        for is_after in (False, True):
            steps += 1
            if steps == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            if not is_after:
                found = function(*args, **kwargs)
        return found
    return wrapped

real = stores.erase
def watched(*args, **kwargs):
    for owner, name in (
        (Path, "rename"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir"), (shutil, "rmtree"), (Ledger, "run"),
        (Ledger, "rows"), (os, "fsync"),
    ):
        setattr(owner, name, counted(getattr(owner, name)))
    return real(*args, **kwargs)
stores.erase = watched
erasure.erase(root, person, sys.argv[4])
print(steps)
"""
POINTS = 24


def content(root: Path) -> dict[str, str]:
    """Return a digest of every table, which batches there are, and where the canary stands."""
    with wiring.opened(root) as store:
        found = {name: digest for name, digest in store.analytics.scrub().items() if name != "schema_migration"}
        found["batches"] = str(sorted(path.name for path in store.paths.batches.iterdir()))
        found["tombstones"] = str(store.ledger.rows("select basis, rows from erasure"))
        found["left to do"] = str(store.ledger.rows("select * from erasure_step"))
    found["canary"] = str([name for name in places_of(root, FAMILY) if name != "analytics.duckdb"])
    assert not (root / ".erasing").exists()
    return found


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planted") / "store"
    with wiring.opened(root) as store:
        plant(store)
    return root


@pytest.fixture(scope="module")
def either(
    planted: Path, tmp_path_factory: pytest.TempPathFactory, forked: Forked
) -> tuple[dict[str, str], dict[str, str], int]:
    """Return the store's content before and after, and the number of steps between."""
    root = copied(planted, tmp_path_factory.mktemp("whole") / "store")
    before = content(root)
    done = forked.run(CHILD, root, WHO, 0, BASIS)
    assert done.returncode == 0, done.stderr
    return before, content(root), int(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("point", range(POINTS))
def test_the_person_is_there_or_gone(
    tmp_path: Path, forked: Forked, planted: Path, either: tuple[dict[str, str], dict[str, str], int], point: int
) -> None:
    before, after, steps = either
    assert steps > POINTS
    root = copied(planted, tmp_path / "store")
    killed = forked.run(CHILD, root, WHO, 1 + point * (steps - 1) // (POINTS - 1), BASIS)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    found = content(root)
    assert found == (after if found["canary"] == "[]" else before)
    assert before["canary"] != "[]"
    assert found == (before if point == 0 else after if point == POINTS - 1 else found)


def test_a_killed_erasure_can_simply_be_asked_for_again(
    tmp_path: Path, forked: Forked, planted: Path, either: tuple[dict[str, str], dict[str, str], int]
) -> None:
    _, after, steps = either
    root = copied(planted, tmp_path / "store")
    forked.run(CHILD, root, WHO, steps // 2, BASIS)
    try:
        erasure.erase(root, WHO, BASIS)
    except NotFound as said:
        assert "was erased from this store before" in said.message
    assert content(root) == after
