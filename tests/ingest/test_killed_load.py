"""A load killed at any moment leaves the store as it was before, or as it is after: never between."""

import signal
from pathlib import Path

import pytest

from rasure.ingest import load_niche, load_pings
from rasure.settings import settings
from rasure.store.store import open_store
from tests.canaries import copied
from tests.extracts import drop, patrol_file, whole_drop
from tests.forking import Forked
from tests.ingest.test_load_pings import ping

#: Runs a load and kills itself at the nth step that touches the disk or a database. Steps are counted in the child
#: alone, by wrapping what the store itself calls; with n = 0 it prints how many there are.
CHILD = """
import os, signal, sys
from pathlib import Path
from rasure.ingest import load_niche, load_pings
from rasure.settings import settings
from rasure.store.analytics import database
from rasure.store.ledger.database import Ledger
from rasure.store.store import open_store
import pyarrow.parquet as pq

root, drop, fatal = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
steps = 0

def counted(function):
    def wrapped(*args, **kwargs):
        for _ in range(2):
            global steps
            steps += 1
            if steps == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            if _ == 0:
                found = function(*args, **kwargs)
        return found
    return wrapped

store = open_store(root, reference_folder=settings().reference)
for owner, name in (
    (os, "fsync"), (Path, "rename"), (Path, "mkdir"), (Path, "write_text"), (pq, "write_table"), (pq, "read_table"),
    (database.Writer, "run"), (database.Writer, "insert"), (Ledger, "run"), (database.Database, "frame_over"),
):
    setattr(owner, name, counted(getattr(owner, name)))
load_niche.load(store, drop)
store.close()
print(steps)
"""
POINTS = 20


def content(root: Path) -> dict[str, str]:
    """Return a digest of every table but the ones that hold moments, and which batches there are."""
    held = open_store(root, reference_folder=settings().reference)
    found = {name: digest for name, digest in held.analytics.scrub().items() if name != "schema_migration"}
    found["load_batch"] = str(held.analytics.rows("select batch_id, kind, rows_read, accepted from load_batch"))
    found["ledger"] = str(held.ledger.rows("select batch_id, kind, rows_read, accepted from batch"))
    found["folders"] = str(sorted(path.name for path in held.paths.batches.iterdir()))
    held.close()
    return found


def seeded(root: Path, path: Path) -> None:
    """Make a store that holds a first drop already, so that the second corrects and supersedes."""
    held = open_store(root, reference_folder=settings().reference)
    load_niche.load(held, path)
    held.close()


@pytest.fixture(scope="module")
def drops(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("drops")
    second = drop(
        folder / "second",
        weapons=[{"weapon": "firearm"}, {"weapon_id": "W2"}],
        people=[{"person_id": f"P{number}"} for number in range(500)],
    )
    return whole_drop(folder / "first"), second


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, drops: tuple[Path, Path]) -> Path:
    """Return a store that holds the first drop, to be copied."""
    root = tmp_path_factory.mktemp("first") / "store"
    seeded(root, drops[0])
    return root


@pytest.fixture(scope="module")
def either(
    tmp_path_factory: pytest.TempPathFactory, forked: Forked, first: Path, drops: tuple[Path, Path]
) -> tuple[dict[str, str], dict[str, str], int]:
    """Return the store's content before and after the second drop, and the number of steps between."""
    root = copied(first, tmp_path_factory.mktemp("whole") / "store")
    before = content(root)
    steps = int(forked.run(CHILD, root, drops[1], 0).stdout)
    return before, content(root), steps


@pytest.mark.parametrize("point", range(POINTS))
def test_the_store_is_as_before_or_as_after(
    tmp_path: Path,
    forked: Forked,
    first: Path,
    drops: tuple[Path, Path],
    either: tuple[dict[str, str], dict[str, str], int],
    point: int,
) -> None:
    before, after, steps = either
    assert steps > POINTS
    copied(first, tmp_path / "store")
    killed = forked.run(CHILD, tmp_path / "store", drops[1], 1 + point * (steps - 1) // (POINTS - 1))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert content(tmp_path / "store") in (before, after)
    assert before != after


def test_a_killed_load_can_simply_be_run_again(
    tmp_path: Path,
    forked: Forked,
    first: Path,
    drops: tuple[Path, Path],
    either: tuple[dict[str, str], dict[str, str], int],
) -> None:
    _, after, steps = either
    copied(first, tmp_path / "store")
    forked.run(CHILD, tmp_path / "store", drops[1], steps // 2)
    assert forked.run(CHILD, tmp_path / "store", drops[1], 0).returncode == 0
    assert content(tmp_path / "store") == after


PINGS_CHILD = CHILD.replace("load_niche", "load_pings").replace(
    '(database.Writer, "run")', '(pq.ParquetWriter, "write_table"), (database.Writer, "run")'
)


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory, forked: Forked) -> tuple[Path, int]:
    """Return a file of pings, and the number of steps it takes to load it."""
    folder = tmp_path_factory.mktemp("track")
    path = patrol_file(folder, "pings", [ping(seq) for seq in range(300)])
    return path, int(forked.run(PINGS_CHILD, folder / "whole", path, 0).stdout)


@pytest.mark.parametrize("point", range(6))
def test_a_killed_load_of_pings_leaves_all_of_them_or_none(
    tmp_path: Path, forked: Forked, track: tuple[Path, int], point: int
) -> None:
    path, steps = track
    killed = forked.run(PINGS_CHILD, tmp_path / "store", path, 1 + point * (steps - 1) // 5)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    held = open_store(tmp_path / "store", reference_folder=settings().reference)
    assert held.analytics.value("select count(*) from ping") in (0, 300)
    assert not list(held.paths.batches.glob(".staging*"))
    load_pings.load(held, path)
    assert held.analytics.value("select count(*) from ping") == 300
    held.close()
