"""Empty files of the contract, each with its header, for whoever writes an extract."""

from pathlib import Path

from rasure.errors import Conflict
from rasure.ingest.force_contract import DROP


def write(folder: Path) -> list[Path]:
    """Write every file of a drop with its header and no rows; never over a file that is there."""
    present = [contract.name for contract in DROP if (folder / contract.name).exists()]
    if present:
        raise Conflict(f"{folder} holds {present[0]} already. Name an empty folder for the templates.")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for contract in DROP:
        path = folder / contract.name
        path.write_text(",".join(column.name for column in contract.columns) + "\n", encoding="utf-8")
        written.append(path)
    return written
