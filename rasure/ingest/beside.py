"""A single file of the patrol side, and what a manifest lying beside it says of it."""

from pathlib import Path

from rasure.errors import InputRejected
from rasure.ingest.drop import MANIFEST, read_manifest
from rasure.terms import StoreClass


def found(path: Path, *names: str) -> Path:
    """Return the file a path means: itself, or in a folder the one file of these names."""
    if not path.is_dir():
        return path
    held = [path / name for name in names if (path / name).is_file()]
    if len(held) != 1:
        raise InputRejected(f"{path.name} is a folder and holds {len(held)} of {', '.join(names)}. Name one file.")
    return held[0]


def store_class(path: Path, sha256: str) -> StoreClass:
    """Return what a file counts as: synthetic only when a signed manifest beside it names it by its digest.

    Raises
    ------
    InputRejected
        The manifest names the file with another digest.
    """
    beside = path.parent / MANIFEST
    if not beside.is_file():
        return StoreClass.OPERATIONAL
    manifest = read_manifest(beside)
    if path.name not in manifest.files:
        return StoreClass.OPERATIONAL
    if manifest.files[path.name]["sha256"].lower() != sha256:
        raise InputRejected(f"{path.name} is not the file {MANIFEST} beside it describes: its SHA-256 differs.")
    return manifest.store_class
