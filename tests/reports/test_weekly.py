"""The weekly summary on paper: the same bytes for the same data, whose it is, and figures equal to the page's."""

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.cli import app
from rasure.errors import InputRejected
from rasure.reports import weekly as printed
from rasure.services import audit_reading, desk, weekly, weekly_page, weekly_report, weekly_rows
from rasure.services.audit_reading import Wanted
from rasure.services.weekly import Asked
from rasure.settings import settings
from rasure.store.audit_records import parsed
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests import pdf, weekly_world
from tests.weekly_world import ORDINARY, SURGE

AUDITOR = Principal("A1", "Auditor", Role.AUDITOR, frozenset())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paper")
    store = open_store(folder / "store", reference_folder=settings().reference)
    weekly_world.load(store, folder, weekly_world.happened()).close()
    return folder / "store"


@pytest.fixture
def store(root: Path) -> Iterator[Store]:
    opened = open_store(root, reference_folder=settings().reference)
    yield opened
    opened.close()


def facts(store: Store, principal: Principal, lpa: str | None = None) -> dict[str, object]:
    scope = desk.admit(principal, Action.VIEW_COMMAND)
    found = weekly.week(store, scope, Asked(SURGE, lpa))
    return weekly_report.facts(store, scope, found, prepared_for=f"{principal.name} ({principal.id})", trace="T 09:00")


def gold(name: str = "Gold") -> Principal:
    return Principal("G1", name, Role.GOLD, frozenset())


def words_of(content: bytes) -> str:
    return " ".join(pdf.text(content).split())


def report(root: Path, out: Path, *more: str) -> dict[str, str]:
    done = CliRunner().invoke(app, ["report", "weekly", "--out", str(out), "--store", str(root), *more])
    assert done.exit_code == 0, done.output
    found: dict[str, str] = json.loads(done.stdout)
    return found


class TestPaper:
    def test_it_is_one_page_with_sentences_marking_watermark_and_number(self, store: Store) -> None:
        content = printed.render(facts(store, gold("Curlew")))
        said = words_of(content)
        assert pdf.pages(content) == 1
        for words in (
            *("OFFICIAL-SENSITIVE", "Synthetic: no real person or place of crime", "page 1 of 1", "Curlew (G1)"),
            *("Violence was far above its usual range.", "West Square recorded more", "not yet recorded"),
            "T 09:00",
        ):
            assert words.replace(" ", "") in said.replace(" ", ""), words

    def test_the_same_facts_give_the_same_bytes_and_another_reader_others(self, store: Store) -> None:
        first = printed.render(facts(store, gold()))
        assert first == printed.render(facts(store, gold()))
        assert first != printed.render(facts(store, gold("Somebody else")))

    def test_an_inspectors_holds_only_the_own_area(self, store: Store) -> None:
        own = facts(store, Principal("I1", "I", Role.INSPECTOR, frozenset({"E"})))
        assert "West" not in json.dumps(own)
        assert "East Square" in words_of(printed.render(own))

    def test_text_of_records_is_set_as_text(self, store: Store) -> None:
        hostile = facts(store, gold("#panic() $x^2$ *b* @ref")) | {"title": '</text> #import "x" <b> \\u{1F600}'}
        assert "#panic()$x^2$*b*@ref" in words_of(printed.render(hostile)).replace(" ", "")

    def test_it_prints_the_log_at_the_end_of_the_week_or_its_first_record(self, store: Store) -> None:
        found = facts(store, gold())
        ((_, lines),) = list(store.audit.lines())
        first = parsed(lines[0])
        assert f"record {first.seq:,}, {first.mac}" in str(found["log"])
        assert first.mac in words_of(printed.render(found)).replace(" ", "")


class TestCommandLine:
    def test_the_same_data_give_the_same_bytes_and_each_run_is_in_the_log(self, root: Path, tmp_path: Path) -> None:
        first, second = report(root, tmp_path / "a.pdf"), report(root, tmp_path / "b.pdf", "--week", "2026-W13")
        assert (first["week"], second["week"]) == ("2026-W13", "2026-W13")
        assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
        assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
        assert first["record"] != second["record"]
        opened = open_store(root, reference_folder=settings().reference)
        (entry,) = audit_reading.search(opened, AUDITOR, Wanted(code=first["record"])).entries
        opened.close()
        assert (entry.op, entry.object.split(":")[1]) == ("disclosure", "weekly-2026-W13")

    def test_the_csv_is_the_pages_figures(self, root: Path, tmp_path: Path) -> None:
        report(root, tmp_path / "w.pdf", "--week", "2026-W03")
        mark, *lines = (tmp_path / "w.csv").read_text(encoding="utf-8").splitlines()
        assert mark.startswith("# OFFICIAL-SENSITIVE | ")
        written = {row["id"]: row for row in csv.DictReader(lines)}
        opened = open_store(root, reference_folder=settings().reference)
        found = weekly.week(opened, desk.admit(desk.operator(), Action.VIEW_COMMAND), Asked(ORDINARY))
        opened.close()
        assert list(written) == [row["id"] for row in weekly_rows.rows(found)]
        assert f"{int(written['whole']['value']):,}" == weekly_page.figures(found)[0]["figure"]
        for row in weekly_page.ranges(found):
            own = written[f"area:{row['lpa']}"]
            assert (int(own["value"]), float(own["low"]), own["standing"]) == (row["n"], row["low"], row["standing"])

    def test_one_area_is_asked_for_by_name(self, root: Path, tmp_path: Path) -> None:
        report(root, tmp_path / "e.pdf", "--lpa", "East Square")
        assert "West" not in (tmp_path / "e.csv").read_text(encoding="utf-8")

    def test_what_is_no_pdf_by_its_name_is_refused(self, root: Path, tmp_path: Path) -> None:
        done = CliRunner().invoke(app, ["report", "weekly", "--out", str(tmp_path / "a.txt"), "--store", str(root)])
        assert isinstance(done.exception, InputRejected)

    def test_a_week_not_held_is_refused(self, root: Path, tmp_path: Path) -> None:
        asked = ["report", "weekly", "--out", str(tmp_path / "a.pdf"), "--store", str(root), "--week", "2026-W20"]
        done = CliRunner().invoke(app, asked)
        assert isinstance(done.exception, InputRejected)
        assert not (tmp_path / "a.pdf").exists()


def test_a_week_over_after_the_log_began_prints_its_last_record_before(store: Store) -> None:
    ((_, lines),) = list(store.audit.lines())
    last = parsed(lines[-1])
    head = weekly_report.log_head(store, Asked(SURGE + timedelta(weeks=5_000)))
    assert head is not None
    assert (head.seq, head.mac) == (last.seq, last.mac)
