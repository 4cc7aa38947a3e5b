"""The contract in words says what the contract as data says, and what it shows can be loaded."""

import ast
import csv
import re
import shutil
from pathlib import Path

import pytest

from rasure.errors import Conflict
from rasure.ingest import contract as kinds
from rasure.ingest import load_niche, templates
from rasure.ingest.contract import Column
from rasure.ingest.force_contract import DROP, PATROL_SIDE
from rasure.ingest.niche_contract import ID_CHARS, FileContract
from rasure.settings import PROJECT, settings
from rasure.store.store import Store

DOCUMENT = (PROJECT / "docs" / "niche-contract.md").read_text(encoding="utf-8")
EXAMPLE = PROJECT / "docs" / "niche-example"
FILES = [*DROP, *PATROL_SIDE.values()]
WORDS = {
    "text": "text",
    "option": "one of",
    "number": "number",
    "integer": "whole number",
    "boolean": "yes or no",
    "date": "date",
    "local_time": "local time",
    "instant_utc": "UTC time",
}


def described(contract: FileContract) -> list[list[str]]:
    """Return the cells of the document's table of a file."""
    section = DOCUMENT.split(f"### `{contract.name}`\n")[1].split("\n#")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in section.splitlines() if "| `" in line]


def kind(column: Column) -> str:
    return "id" if column.kind == "text" and column.most_chars == ID_CHARS else WORDS[column.kind]


def reasons_given() -> set[str]:
    """Return every reason the loaders' source gives a rejected row."""
    found = {reason for reason, _ in kinds._WORDS.values()}
    for path in (PROJECT / "rasure" / "ingest").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = {"reject": 2, "reject_each": 2, "Fault": 3, "Reference": 2}.get(name)
                given = node.args[place] if place is not None and len(node.args) > place else None
                if isinstance(given, ast.Constant):
                    found.add(str(given.value))
    return found | {"missing", "too_long", "position_zero", "position_swapped"}


@pytest.mark.parametrize("contract", FILES, ids=lambda contract: contract.kind)
class TestDocument:
    def test_every_column_stands_there_with_its_kind_and_whether_it_is_needed(self, contract: FileContract) -> None:
        told = [row[:3] for row in described(contract)]
        assert told == [[f"`{c.name}`", kind(c), "yes" if c.required else "no"] for c in contract.columns]

    def test_every_option_is_listed_in_order(self, contract: FileContract) -> None:
        for column, row in zip(contract.columns, described(contract), strict=True):
            if column.options:
                assert tuple(re.findall(r"`([a-z_]+)`", row[3])) == column.options

    def test_every_column_is_explained(self, contract: FileContract) -> None:
        assert all(len(row) == 4 and row[3] for row in described(contract))


def test_the_document_explains_every_reason_a_drop_or_a_patrol_file_can_meet() -> None:
    told = set(re.findall(r"^\| `([a-z_]+)` \| [^|]+ \| [^|]+ \|$", DOCUMENT, re.MULTILINE))
    published_only = {"impossible_month"}
    assert reasons_given() - published_only == told


def test_lengths_stand_in_the_document() -> None:
    assert f"text up to {ID_CHARS} characters" in DOCUMENT
    assert {c.most_chars for f in FILES for c in f.columns if c.name == "lpa"} == {200}


class TestExample:
    def test_it_holds_every_file_and_every_row_is_taken(self, store: Store) -> None:
        found = load_niche.load(store, EXAMPLE)
        assert found.files == len(DROP)
        assert (found.rejected, found.duplicate) == (0, 0)
        assert found.accepted == found.read > len(DROP)

    def test_what_it_shows_becomes_what_the_document_says(self, store: Store) -> None:
        load_niche.load(store, EXAMPLE)
        found = store.analytics.rows(
            "select offence_id, class_key, precision::varchar, band::varchar, grade::varchar, weapon_present"
            " from offence order by 1"
        )
        assert found == [
            ("F0001", "gbh_s20", "range", "night", "exact", True),
            ("F0002", "affray", "range", "night", "exact", False),
            ("F0003", "robbery_personal", "range", "night", "street", False),
            ("F0004", "common_assault", "exact", "night", "exact", False),
            ("F0005", "threats_to_kill", "day", None, "none", False),
            ("F0006", "poss_blade", "day", None, "centroid", True),
        ]


class TestTemplates:
    def test_each_has_its_header_and_loads_as_nothing(self, store: Store, tmp_path: Path) -> None:
        assert len(templates.write(tmp_path / "new")) == len(DROP)
        assert load_niche.load(store, tmp_path / "new").read == 0

    def test_they_are_never_written_over_an_extract(self, tmp_path: Path) -> None:
        shutil.copytree(EXAMPLE, tmp_path / "mine")
        with pytest.raises(Conflict, match=r"holds locations\.csv already"):
            templates.write(tmp_path / "mine")
        assert (tmp_path / "mine" / "offences.csv").read_bytes() == (EXAMPLE / "offences.csv").read_bytes()


class TestOffenceCodes:
    def rows(self, name: str) -> list[dict[str, str]]:
        with (settings().reference / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_every_class_can_be_reached_and_none_is_unknown(self) -> None:
        reached = {row["class_key"] for row in self.rows("offence_codes.csv")}
        assert reached == {row["class_key"] for row in self.rows("offence_classes.csv")}

    def test_a_pair_leads_to_one_class_for_each_injury(self) -> None:
        pairs = [(row["ho_class"], row["ho_code"], row["injury"]) for row in self.rows("offence_codes.csv")]
        assert len(set(pairs)) == len(pairs)
        parted = {pair[:2] for pair in pairs if pair[2]}
        assert parted == {("8N", "008/01")}
        assert {pair[2] for pair in pairs if pair[:2] in parted} == {"serious", "minor"}

    def test_every_pair_has_a_class_and_a_code(self) -> None:
        assert all(
            row["ho_class"] and re.fullmatch(r"\d{3}/\d\d", row["ho_code"]) for row in self.rows("offence_codes.csv")
        )
