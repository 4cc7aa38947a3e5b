"""The transparency record says what is in force, whatever that is, and asks for the rest."""

import json
import re
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rasure.access.roles import PERMITTED, Action
from rasure.places import grid
from rasure.reports import transparency
from rasure.services import desk, governance, operations, scoring
from rasure.settings import PROJECT, settings
from rasure.store.analytics import reference
from rasure.store.statements import Statements
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests.extracts import load, one_offence

ON = date(2026, 3, 31)


def known(store: Store) -> dict[str, Any]:
    scope = desk.admit(desk.operator(), Action.VIEW_DATA)
    found: dict[str, Any] = json.loads(json.dumps(asdict(governance.in_force(store, scope, ON)), default=str))
    return found


def record(store: Store) -> str:
    return transparency.render(known(store))


class TestWhatIsInForce:
    def test_it_names_every_figure_the_ranking_uses(self, store: Store, tmp_path: Path) -> None:
        load(store, one_offence(tmp_path / "drop"))
        text = record(store)
        assert f"halves every {scoring.HALF_LIFE_DAYS:,} days" in text
        assert f"{scoring.ELIGIBILITY.min_events} offences, in at least {scoring.ELIGIBILITY.min_active_years}" in text
        assert f"at least {scoring.INSTITUTIONS.min_events} offences and {scoring.INSTITUTIONS.threshold:.0%}" in text
        assert f"hexagons of {grid.SIDE_M:g} m side" in text
        assert f"edition {reference.HARM_EDITION}: 82 weights" in text
        assert settings().marking in text

    def test_a_changed_rule_shows_with_its_version_and_what_it_counts(self, tmp_path: Path) -> None:
        shutil.copytree(settings().reference, tmp_path / "reference")
        path = tmp_path / "reference" / "offence_classes.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        changed = [re.sub(r",drugs,off,([a-z_]*),1,", r",drugs,always,\1,7b,", line) for line in lines]
        assert changed != lines
        path.write_text("\n".join(changed) + "\n", encoding="utf-8")
        held = open_store(tmp_path / "store", reference_folder=tmp_path / "reference")
        load(held, one_offence(tmp_path / "drop"))
        text = record(held)
        held.close()
        assert "| niche | 1, 7b |" in text
        assert "niche: drugs; " in text
        assert "not enough: drugs is found mostly by police and counts all the same" in text

    def test_a_changed_threshold_shows(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scoring, "HALF_LIFE_DAYS", 511)
        assert "halves every 511 days" in record(store)

    def test_every_role_stands_there_with_all_it_may(self, store: Store) -> None:
        rows = dict(re.findall(r"^\| ([a-z ]+) \| (?:own areas|the whole force) \| (.*) \|$", record(store), re.M))
        assert set(rows) == {role.value.replace("_", " ") for role in Role}
        for role, may in PERMITTED.items():
            assert len(rows[role.value.replace("_", " ")].split("; ")) == max(1, len(may))
        assert set(transparency.MAY) == {action.value for action in Action}

    def test_periods_stand_there_and_none_is_called_confirmed(self, store: Store) -> None:
        text = record(store)
        assert "| people list: child | 42 days |" in text
        assert "| not set | as the force's policy" in text
        assert "| yes |" not in text

    def test_an_empty_store_says_so(self, store: Store) -> None:
        assert "| Offences that count | none loaded |" in record(store)

    def test_a_synthetic_store_is_not_taken_for_a_forces(self, store: Store, tmp_path: Path) -> None:
        assert "Made from a synthetic store" in record(store)
        load(store, one_offence(tmp_path / "drop"))
        assert "Made from a synthetic store" not in record(store)


class TestTheRecord:
    def test_what_only_the_force_knows_is_asked_for(self, store: Store) -> None:
        assert record(store).count("[force to complete") >= 15

    def test_text_from_tables_marks_nothing_up(self, store: Store) -> None:
        found = known(store) | {"marking": "A|B <b>*x*</b>\n# no heading", "breaks": ["[a](b)"]}
        text = transparency.render(found)
        assert "A\\|B \\<b\\>\\*x\\*\\</b\\> # no heading" in text
        assert "\n# no heading" not in text
        assert "\\[a\\](b)" in text

    def test_every_table_is_whole(self, store: Store) -> None:
        for block in re.findall(r"(?:^\|.*\n)+", record(store), re.M):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, block

    def test_asking_for_it_is_recorded(self, store: Store) -> None:
        operations.run(store, "governance.in-force", {}, lambda *_: None)
        assert b"governance:transparency-record" in b"".join(line for _, day in store.audit.lines() for line in day)


def test_the_record_says_there_is_no_list_of_people_only_while_there_is_none() -> None:
    no_list = {"__init__", "suppression"}
    subjects = [path for path in (PROJECT / "rasure" / "people").glob("*.py") if path.stem not in no_list]
    assert bool(subjects) == bool(governance.LIST_CRITERIA), "name the criteria in services/governance.py"


def test_a_list_of_people_shows_its_criteria(store: Store) -> None:
    found = known(store) | {"list_criteria": ["two events in 24 months"]}
    text = transparency.render(found)
    assert "- two events in 24 months" in text
    assert "makes no list of people" not in text


def test_no_read_for_a_page_touches_ethnicity() -> None:
    """The policy document promises it: ethnicity is for monitoring disparity alone."""
    for path in (PROJECT / "rasure" / "store" / "analytics").glob("*.sql"):
        if path.stem != "monitoring":
            for block in Statements(path):
                assert not re.search(r"ethnicity|person_monitoring", block.sql), f"{path.stem}.{block.name}"
    for room in ("places", "people"):
        for path in (PROJECT / "rasure" / room).glob("*.py"):
            assert "ethnic" not in path.read_text(encoding="utf-8"), path.name


def test_one_service_alone_asks_for_ethnicity() -> None:
    modules = (PROJECT / "rasure").rglob("*.py")
    users = {path.name for path in modules if "analytics import monitoring" in path.read_text(encoding="utf-8")}
    assert users == {"fairness.py"}


GOVERNANCE = PROJECT / "docs" / "governance"


@pytest.mark.parametrize("path", sorted(GOVERNANCE.glob("*.md")), ids=lambda path: path.stem)
class TestTemplates:
    def test_it_asks_the_force_and_gives_no_name_or_date_of_its_own(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert "[force to complete" in text
        assert not re.search(r"\b20\d\d-\d\d-\d\d\b", text)

    def test_its_links_lead_somewhere(self, path: Path) -> None:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), target

    def test_every_command_it_names_exists(self, path: Path) -> None:
        from typer.main import get_command

        from rasure.cli import app

        groups = {name: getattr(command, "commands", {}) for name, command in get_command(app).commands.items()}  # type: ignore[attr-defined]
        for first, second in re.findall(r"(?<![a-z])rasure ([a-z]+) ([a-z-]+)", path.read_text(encoding="utf-8")):
            assert second in groups[first], f"{first} {second}"

    def test_references_that_nobody_confirmed_are_marked(self, path: Path) -> None:
        """Only section 62 was read in a source; every other section carries the mark on its line."""
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"[Ss]ections? \d+|schedule \d+", line) and not re.search(r"section 62\b", line):
                assert "†" in line, line


def test_the_incident_sheets_options_are_those_of_the_command_line() -> None:
    from typer.main import get_command

    from rasure.cli import app

    commands = get_command(app).commands  # type: ignore[attr-defined]
    text = (GOVERNANCE / "incident.md").read_text(encoding="utf-8")
    for group, name, words in re.findall(r"rasure ([a-z]+) ([a-z-]+)([^`\n]*)", text):
        options = {option for parameter in commands[group].commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", words)) <= options, words
