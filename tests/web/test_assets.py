import csv
import hashlib
from pathlib import Path

from rasure.settings import PROJECT

ASSETS = PROJECT / "rasure" / "web" / "assets"


def vendored() -> list[dict[str, str]]:
    with (ASSETS / "VENDORED.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files() -> list[Path]:
    return [path for path in ASSETS.rglob("*") if path.is_file() and path.name != "VENDORED.csv"]


def test_every_file_from_elsewhere_is_listed_and_unchanged() -> None:
    listed = {row["file"]: row["sha256"] for row in vendored()}
    found = {path.relative_to(ASSETS).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files()}
    assert listed == found


def test_every_row_says_what_it_is_and_under_which_licence() -> None:
    assert all(all(row[column] for column in ("name", "version", "licence", "origin")) for row in vendored())


def test_the_assets_hold_no_code_of_ours() -> None:
    assert [path.name for path in files() if path.suffix == ".py"] == []
