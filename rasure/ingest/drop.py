"""A drop: a folder of the contract's files, and the manifest that may come with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from rasure.errors import InputRejected
from rasure.ingest.dialect import InputFile
from rasure.ingest.force_contract import DROP
from rasure.ingest.niche_contract import FileContract
from rasure.places.times import LONDON
from rasure.terms import StoreClass, synthetic_signature

MANIFEST = "manifest.json"
_MAX_MANIFEST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the sender says of a drop: digest and rows of every file, and when it was extracted."""

    label: str
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: London wall time.
    extracted_local: pd.Timestamp | None = None
    synthetic: bool = False

    @property
    def store_class(self) -> StoreClass:
        return StoreClass.SYNTHETIC if self.synthetic else StoreClass.OPERATIONAL

    def check(self, name: str, sha256: str, rows: int) -> None:
        """Refuse a file that is not the one the manifest describes."""
        said = self.files.get(name)
        if said is None:
            raise InputRejected(f"{self.label} does not name {name}. Send a manifest that names every file.")
        if said["sha256"].lower() != sha256:
            raise InputRejected(f"{name} is not the file {self.label} describes: its SHA-256 differs. Send it again.")
        if said.get("rows", rows) != rows:
            raise InputRejected(f"{name} has {rows} rows, {self.label} says {said['rows']}. Send the drop again.")


@dataclass(frozen=True, slots=True)
class Drop:
    """The files of a drop in the order they are judged, what else lies there, and its manifest, if any."""

    files: Sequence[tuple[FileContract, InputFile]]
    skipped: Sequence[str]
    manifest: Manifest | None


def find(folder: Path) -> Drop:
    """List the contract's files in a folder.

    Raises
    ------
    InputRejected
        Not a folder, no file of the contract in it, a manifest that cannot be read or names a file that is missing.
    """
    if not folder.is_dir():
        raise InputRejected(f"{folder} is not a folder. Name the folder that holds offences.csv and the other files.")
    present = {path.name: path for path in sorted(folder.iterdir()) if not path.name.startswith(".")}
    files = []
    for contract in DROP:
        path = present.pop(contract.name, None) or present.pop(contract.name + ".gz", None)
        if path is not None:
            files.append((contract, InputFile(path)))
    manifest_path = present.pop(MANIFEST, None)
    if not files:
        raise InputRejected(f"{folder} holds no file of the contract, such as offences.csv. Keep the contract's names.")
    manifest = read_manifest(manifest_path) if manifest_path else None
    if manifest:
        missing = sorted(set(manifest.files) - {contract.name for contract, _ in files} - set(present))
        if missing:
            raise InputRejected(f"{MANIFEST} names {missing[0]}, which is not in the drop. Send the drop again.")
    return Drop(files, sorted(present), manifest)


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; refuse one that is not what the contract says."""
    try:
        if not path.is_file():
            raise OSError("not a file")
        with path.open("rb") as file:
            data = file.read(_MAX_MANIFEST_BYTES + 1)
        found = json.loads(data.decode("utf-8-sig")) if len(data) <= _MAX_MANIFEST_BYTES else None
    except (OSError, ValueError, RecursionError) as error:
        raise InputRejected(f"{path.name} is not readable JSON. Write it again, or leave it out.") from error
    files = found.get("files") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(files, dict) or not all(map(_is_entry, files.values())):
        raise InputRejected(
            f'{path.name} is not a manifest. It must be {{"files": {{"offences.csv": {{"sha256": "…", "rows": 1}}}}}}.'
        )
    return Manifest(path.name, files, _extracted(path.name, found.get("extracted_at")), _is_synthetic(found))


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("sha256"), str):
        return False
    rows = entry.get("rows", 0)
    return isinstance(rows, int) and not isinstance(rows, bool)


def _extracted(label: str, said: object) -> pd.Timestamp | None:
    if said is None:
        return None
    try:
        found = datetime.fromisoformat(str(said))
        return pd.Timestamp(found.astimezone(LONDON).replace(tzinfo=None) if found.tzinfo else found)
    except (ValueError, OverflowError) as error:
        raise InputRejected(f"{label}: extracted_at is not a time such as 2026-03-03T04:00:00Z.") from error


def _is_synthetic(found: Mapping[str, Any]) -> bool:
    """Tell whether the generator of the synthetic force signed it; anything else is taken for a real extract."""
    marked = found.get("synthetic")
    digests = [entry["sha256"] for entry in found["files"].values()]
    return isinstance(marked, dict) and marked.get("signature") == synthetic_signature(digests)
