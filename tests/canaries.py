"""A person who must not be found again, planted everywhere a store can hold one, and the search for them."""

import gzip
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq

from rasure.access.scope import Kind, Subject
from rasure.services.watch import Watcher
from rasure.store.audit_key import key_beside
from rasure.store.ledger import broken_glass, openings
from rasure.store.ledger.broken_glass import Glass
from rasure.store.store import Store, silent
from tests.extracts import Row, drop, load

#: The canary: identifier, family name, given name, date of birth.
WHO = "P-7731"
FAMILY, GIVEN, BORN = "Zebrafinch", "Quillon", date(1987, 12, 29)
CANARY: Row = {"person_id": WHO, "family_name": FAMILY, "given_name": GIVEN, "born_on": BORN.isoformat()}
OTHER: Row = {"person_id": "P-1", "family_name": "Example", "given_name": "Una", "born_on": "1990-01-02"}
BASIS = "Request 2026/118, section 47"
NIGHT = datetime(2026, 3, 31, 4, tzinfo=UTC)


def first_drop(folder: Path) -> Path:
    """Write a drop in which two people have roles, weapons, injuries; the canary has a plan too."""
    return drop(
        folder,
        locations=[{}],
        occurrences=[{}],
        offences=[{}, {"offence_id": "F2"}],
        people=[
            CANARY,
            OTHER,
            {**CANARY, "born_on": "29/12/1987"},
            {"person_id": "P-9", "given_name": "Ida", "born_on": "31/31/1999"},
        ],
        roles=[
            {"role_id": "R1", "person_id": WHO},
            {"role_id": "R2", "offence_id": "F2", "person_id": "P-1"},
            {"role_id": "R3", "offence_id": "F2", "person_id": "P-1", "role": "witness", "category": "witness"},
            {"role_id": "R4", "offence_id": "F99", "person_id": WHO},
        ],
        weapons=[{"weapon_id": "W1", "person_id": WHO}, {"weapon_id": "W2", "offence_id": "F2", "person_id": "P-1"}],
        injuries=[{"injury_id": "I1", "person_id": WHO}, {"injury_id": "I2", "offence_id": "F2", "person_id": WHO}],
        orders=[
            {"order_id": "B1", "person_id": WHO, "conditions": f"{GIVEN} {FAMILY} stays away"},
            {"order_id": "B2", "person_id": "P-1", "conditions": "stays away"},
        ],
        plans=[
            {"plan_id": "Z1", "title": f"{GIVEN} {FAMILY}", "subject_kind": "person", "subject_id": WHO},
            {"plan_id": "Z2", "subject_id": "L1"},
        ],
        plan_responses=[{"response_id": "Q1", "plan_id": "Z1"}, {"response_id": "Q2", "plan_id": "Z2"}],
    )


def second_drop(folder: Path) -> Path:
    """Write a drop that corrects the canary's name and takes over a role that was another person's by mistake."""
    return drop(
        folder,
        people=[{**CANARY, "given_name": f"{GIVEN} Tansy"}],
        roles=[{"role_id": "R2", "offence_id": "F2", "person_id": WHO}],
    )


def take(store: Store, name: str) -> None:
    """Load a drop that lies in the inbox as the server does, which puts it into the archive."""
    Watcher(store, quiet_s=1.0, now=lambda: NIGHT).take(store.paths.inbox / name, silent)


def plant(store: Store) -> None:
    """Put the canary everywhere: batches, history, rejects, the archive, refused and set-aside files."""
    first_drop(store.paths.inbox / "first")
    take(store, "first")
    load(store, second_drop(store.paths.root.parent / "second"))
    _open(store)
    refused = store.paths.refused / "20260330T040000Z-bad"
    refused.mkdir(parents=True)
    (refused / "people.csv").write_bytes(f"person_id;family_name\n{WHO};{FAMILY}\nP-2;Caf\xe9\n".encode("latin-1"))
    with gzip.open(refused / "roles.csv.gz", "wt", encoding="utf-8") as packed:
        packed.write(f"role_id,offence_id,person_id,role,category,evidence\nR8,F1,{WHO},{FAMILY},suspect,\n")
    with zipfile.ZipFile(refused / "people.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", f"<sst><si><t>{WHO}</t></si><si><t>{FAMILY}</t></si></sst>")
    store.paths.aside.mkdir(mode=0o700)
    (store.paths.aside / "20260301T000000-analytics.duckdb").write_bytes(FAMILY.encode() * 3)


def _open(store: Store) -> None:
    """Leave openings, a request and a broken glass about the canary in the ledger, with the name in their words."""
    said, him, other = f"{GIVEN} {FAMILY} was seen", Subject(Kind.PERSON, WHO), Subject(Kind.PERSON, "P-1")
    for subject in (him, other):
        words = said if subject == him else "was seen"
        openings.keep(store.ledger, "I-W", openings.Opening(subject, words, "Op", 0.0, 4e9, False))
        openings.ask(store.ledger, "I-W", "Insp. West", subject.id, words, "Op", 4e9)
        glass = Glass(0, "I-W", "Insp. West", frozenset({"W"}), "E", subject, words, 0.0, 4e9, None, ())
        broken_glass.keep(store.ledger, glass)


def copied(root: Path, target: Path) -> Path:
    """Copy a closed store, with the key of its log."""
    shutil.copytree(root, target)
    shutil.copy2(key_beside(root), key_beside(target))
    return target


def places_of(root: Path, *words: str) -> list[str]:
    """Search every file under a folder for texts: its bytes, what they unpack to, and every value of its tables."""
    found = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        said = b"\n".join(_contents(path))
        if any(word.encode() in said for word in words):
            found.append(str(path.relative_to(root)))
    return found


def _contents(path: Path) -> Iterator[bytes]:
    yield str(path).encode()
    yield path.read_bytes()
    if path.suffix == ".gz":
        yield gzip.decompress(path.read_bytes())
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if path.suffix == ".parquet":
        rows = pq.read_table(path)
        yield from (str(column.to_pylist()).encode() for column in rows.columns)
        yield from (
            str(column.chunk(0).dictionary.to_pylist()).encode() for column in rows.columns if _is_coded(column)
        )
        yield str(rows.schema.metadata).encode()


def _is_coded(column: object) -> bool:
    return bool(getattr(column, "num_chunks", 0)) and hasattr(column.chunk(0), "dictionary")  # type: ignore[attr-defined]
