"""A single file of the patrol side, and what a manifest lying beside it says of it."""

from pathlib import Path

from rasure.errors import InputRejected
from rasure.ingest.drop import MANIFEST, read_manifest
from rasure.terms import StoreClass


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
