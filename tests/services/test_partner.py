"""What partners are told: small numbers withheld, and nothing to be had by comparing any two answers."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import NotAllowed, Unavailable
from rasure.ingest import load_boundaries, load_police_uk
from rasure.places.quarters import quarter_end
from rasure.services import desk, partner
from rasure.services.partner import GRAVEST, Release
from rasure.settings import PROJECT, settings
from rasure.store.analytics import loads
from rasure.store.ledger import partner_releases
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests import partner_world
from tests.makers import EAST, crime, published, squares

AUDITOR = Principal("A1", "Auditor", Role.AUDITOR, frozenset())
ANALYST = Principal("N1", "Analyst", Role.ANALYST, frozenset())
INJURY, NO_INJURY = "serious violence with injury", "violence without injury"
Q1, Q2, Q3 = date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1)


def agency(*areas: str) -> Principal:
    return Principal("council", "Council", Role.PARTNER, frozenset(areas))


def seen(store: Store, *areas: str) -> tuple[Release, ...]:
    return partner.releases(store, scope(*areas))


def scope(*areas: str) -> Scope:
    return desk.admit(agency(*areas), Action.VIEW_PARTNER_PICTURE)


@pytest.fixture(scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("partner")
    held = partner_world.build(open_store(folder / "store", reference_folder=settings().reference), folder)
    yield held
    held.close()


@pytest.fixture
def world(_world: Store) -> Store:
    """Return the world with nothing released yet; a test that loads more takes a store of its own."""
    _world.ledger.run("delete from partner_release")
    return _world


class TestReleases:
    def test_small_numbers_are_withheld_and_the_total_where_it_would_tell_one(self, world: Store) -> None:
        found = {one.starts_on: one for one in seen(world, "W")}
        assert {start: (list(one.counts.values()), one.total) for start, one in found.items()} == {
            Q1: ([9, None, None], 14),
            Q2: ([6, None, 11], None),
            Q3: ([5, 6, 8], 19),
        }
        assert list(found[Q1].counts) == [GRAVEST, INJURY, NO_INJURY]
        assert [found[start].withheld for start in (Q1, Q2, Q3)] == [2, 1, 0]

    def test_nought_is_shown_and_two_ones_take_the_total_with_them(self, world: Store) -> None:
        found = {one.starts_on: one for one in seen(world, "E")}
        assert (list(found[Q2].counts.values()), found[Q2].total) == ([13, 0, 9], 22)
        assert (list(found[Q3].counts.values()), found[Q3].total) == ([None, None, 7], None)

    def test_areas_come_by_name_and_only_those_that_were_given(self, world: Store) -> None:
        assert {one.area.code for one in seen(world, "W")} == {"W"}
        assert [one.area.code for one in seen(world, "W", "E")] == ["E"] * 3 + ["W"] * 3
        assert seen(world) == ()

    def test_whoever_asks_is_told_the_same_of_an_area_and_a_quarter(self, world: Store) -> None:
        west, both = seen(world, "W"), seen(world, "W", "E")
        whole = partner.releases(world, desk.admit(ANALYST, Action.VIEW_PARTNER_PICTURE))
        assert [one for one in both if one.area.code == "W"] == list(west)
        assert whole == both

    def test_it_does_not_matter_who_asked_first(self, world: Store) -> None:
        both = seen(world, "E", "W")
        world.ledger.run("delete from partner_release")
        later = (*seen(world, "E"), *seen(world, "W"))
        assert [replace(one, released_on=Q1) for one in later] == [replace(one, released_on=Q1) for one in both]

    def test_what_is_kept_holds_no_number_that_is_withheld(self, world: Store) -> None:
        seen(world, "W", "E")
        texts = [text for (text,) in world.ledger.rows("select figures from partner_release order by area, starts_on")]
        assert texts[3:5] == [
            f'{{"counts": [["{GRAVEST}", 9], ["{INJURY}", null], ["{NO_INJURY}", null]], "total": 14}}',
            f'{{"counts": [["{GRAVEST}", 6], ["{INJURY}", null], ["{NO_INJURY}", 11]], "total": null}}',
        ]

    def test_roles_without_the_picture_get_no_scope(self) -> None:
        with pytest.raises(NotAllowed, match="may not see the partner picture"):
            desk.admit(Principal("i", "I", Role.INSPECTOR, frozenset({"W"})), Action.VIEW_PARTNER_PICTURE)


class TestQuarters:
    def test_a_quarter_of_force_records_waits_until_late_reports_are_in(self, store: Store, tmp_path: Path) -> None:
        partner_world.build(store, tmp_path)
        assert [one.starts_on for one in seen(store, "W")] == [Q1, Q2, Q3]
        partner_world.one_more(store, tmp_path, "2025-10-15", "october")
        partner_world.one_more(store, tmp_path, "2025-12-31", "newyear")
        partner_world.one_more(store, tmp_path, "2026-01-27", "january")
        assert [one.starts_on for one in seen(store, "W")] == [Q1, Q2, Q3]
        partner_world.one_more(store, tmp_path, "2026-01-28", "settled")
        assert [one.starts_on for one in seen(store, "W")] == [Q1, Q2, Q3, date(2025, 10, 1)]

    def test_a_quarter_of_published_months_needs_each_of_them(self, store: Store, tmp_path: Path) -> None:
        load_boundaries.load(store, squares(tmp_path / "areas.geojson"))
        for month in ("2025-01", "2025-02", "2025-04", "2025-05", "2025-06"):
            rows = [crime(f"{month}-{number}", month=month) for number in range(3)]
            rows.append(crime(f"{month}-e", month=month, at=EAST, kind="Robbery"))
            published(tmp_path / "in", month, "street", rows)
        load_police_uk.load(store, tmp_path / "in")
        found = seen(store, "West", "East")
        assert [(one.area.name, one.starts_on) for one in found] == [("East", Q2), ("West", Q2)]
        assert [(one.counts, one.total) for one in found] == [
            ({"robbery": None, "violence and sexual offences": 0}, None),
            ({"robbery": 0, "violence and sexual offences": 9}, 9),
        ]

    def test_a_quarter_the_records_begin_in_is_none(self, store: Store, tmp_path: Path) -> None:
        partner_world.build(store, tmp_path)
        with store.analytics.transaction() as writer:
            writer.run("delete from counted where dated_on = date '2025-01-01'")
        assert [one.starts_on for one in seen(store, "W")] == [Q2, Q3]

    def test_an_empty_store_has_none(self, store: Store) -> None:
        assert seen(store, "W") == ()


class TestLater:
    """A release stays as it was: two versions of it could be subtracted."""

    def test_what_is_loaded_later_does_not_move_it(self, store: Store, tmp_path: Path) -> None:
        partner_world.build(store, tmp_path)
        before = seen(store, "W")
        partner_world.one_more(store, tmp_path, "2025-02-03")
        assert seen(store, "W") == before
        store.ledger.run("delete from partner_release")
        moved = seen(store, "W")[0]
        assert (list(moved.counts.values()), moved.total) == ([9, None, None], 15)

    def test_it_outlives_closing_the_store(self, store: Store, tmp_path: Path) -> None:
        partner_world.build(store, tmp_path)
        before = seen(store, "W")
        store.close()
        again = open_store(store.paths.root, reference_folder=settings().reference)
        partner_world.one_more(again, tmp_path, "2025-02-03")
        after = seen(again, "W")
        again.close()
        assert after == before

    def test_of_two_who_ask_at_once_the_first_release_stands(self, world: Store) -> None:
        seen(world, "W")
        (first, *_) = partner_releases.kept(world.ledger)
        partner_releases.keep(world.ledger, [replace(first, total=99)])
        assert partner_releases.kept(world.ledger)[0] == first


#: A withheld number: area, quarter, kind.
Cell = tuple[str, date, str]


def ways(release: Release) -> tuple[list[Cell], set[tuple[int, ...]]]:
    """Return the withheld cells of a release and every way to fill them that agrees with it, by trying all."""
    cells = [(release.area.code, release.starts_on, kind) for kind, n in release.counts.items() if n is None]
    known = sum(n for n in release.counts.values() if n is not None)
    every = set(product(range(1, 5), repeat=len(cells)))
    if release.total is not None:
        every = {way for way in every if sum(way) == release.total - known}
    elif len(cells) >= 2:
        every = {way for way in every if sum(way) in (len(cells), 4 * len(cells))}
    return cells, every


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a force of six areas and eight quarters with many small numbers, written straight into what counts."""
    folder = tmp_path_factory.mktemp("force")
    held = open_store(folder / "store", reference_folder=settings().reference)
    rng = np.random.default_rng(31)
    areas, starts = (
        [f"A{n}" for n in range(6)],
        [q.date() for q in pd.date_range("2023-01-01", periods=8, freq="QS")],
    )
    groups = ["homicide", "grievous bodily harm", "robbery", "affray", "threats", "weapons", "public order"]
    rows = [
        f"(date '{quarter_end(start) if number % 2 else start}', '{area}', '{group}')"
        for area, start, group in product(areas, starts, groups)
        for number in range(int(rng.negative_binomial(1, 0.15)))
    ]
    months = [month.date() for month in pd.date_range("2023-01-01", periods=26, freq="MS")]
    rows += ["(date '2023-01-01', 'A0', 'homicide')", "(date '2025-02-20', 'A0', 'homicide')"]
    with held.analytics.transaction() as writer:
        writer.run(
            "insert into counted (dated_on, lpa, offence_group, outside_force, grade, precision, source)"
            f" select *, false, 'exact', 'exact', 'niche' from (values {', '.join(rows)})"
        )
        writer.run(
            "insert into coverage (source, kind, force, month, rows, batch_id)"
            f" select 'niche', 'offences', 'own-force', unnest({[str(m) for m in months]}::date[]), 1, 1"
        )
        for area in areas:
            writer.run(f"insert into area values ('{area}', 'Area {area}', 1.0, 0.0, 0.0, 'x'::blob, 1)")
    yield held
    held.close()


class TestDifferencing:
    """P31: of 10,000 pairs of answers a partner can get, no pair gives away a number under five."""

    def test_no_pair_of_answers_leaves_one_value(self, force: Store) -> None:
        codes = [f"A{n}" for n in range(6)]
        rng = np.random.default_rng(7)
        answers: list[Release] = []
        for _ in range(40):
            given = rng.choice(codes, size=rng.integers(1, 7), replace=False).tolist()
            answers += seen(force, *given)
        hidden = [one for one in answers if one.withheld]
        assert len({(one.area.code, one.starts_on) for one in hidden}) > 20
        assert len({one.total is None for one in hidden}) == 2
        filled = [ways(one) for one in answers]
        alone = 0
        for a, b in rng.integers(0, len(answers), size=(10_000, 2)).tolist():
            (cells_a, ways_a), (cells_b, ways_b) = filled[a], filled[b]
            if cells_a == cells_b:
                both = [(cells_a, ways_a & ways_b)]
            else:
                assert not set(cells_a) & set(cells_b)
                both = [(cells_a, ways_a), (cells_b, ways_b)]
            for cells, left in both:
                assert left
                alone += sum(len({way[index] for way in left}) < 2 for index in range(len(cells)))
        assert alone == 0

    def test_every_offence_is_in_one_release_at_most(self, force: Store) -> None:
        found = seen(force, *(f"A{n}" for n in range(6)))
        spans = [(one.area.code, one.starts_on, one.ends_on) for one in found]
        assert len(set(spans)) == len(spans) == 48
        for area in {one.area.code for one in found}:
            own = sorted((start, end) for code, start, end in spans if code == area)
            assert all(before[1] < after[0] for before, after in zip(own, own[1:], strict=False))

    def test_the_attack_finds_what_a_careless_total_gives_away(self, world: Store) -> None:
        second = seen(world, "W")[1]
        assert second.total is None
        assert ways(replace(second, total=21))[1] == {(4,)}

    def test_the_attack_finds_what_a_second_version_gives_away(self, world: Store) -> None:
        first = seen(world, "W")[0]
        later = replace(first, counts={**first.counts, INJURY: 5}, total=None)
        assert len(ways(first)[1]) == 4
        one_late_report = {way for way in ways(first)[1] if way[0] + 1 == later.counts[INJURY]}
        assert one_late_report == {(4, 1)}


class TestDoors:
    def test_a_look_says_who_received_it(self, world: Store) -> None:
        entry = partner.looked(world, agency("W"), "W", Q1, 3)
        assert (entry.op, entry.role, entry.recipient, entry.n) == ("consultation", "partner", "partner:council", 3)
        assert entry.object.startswith("view_partner_picture:")
        assert entry.lpa == ("W",)

    def test_people_of_the_force_are_no_recipients(self, world: Store) -> None:
        assert partner.looked(world, ANALYST, "W", Q1, 3).recipient is None

    def test_without_a_log_there_is_no_record_and_so_nothing_to_show(self, store: Store) -> None:
        store.audit.close()
        with pytest.raises(Unavailable):
            partner.looked(store, agency("W"), "W", Q1, 3)


def test_raw_counts_are_asked_for_in_one_place_only() -> None:
    askers = set()
    for path in (PROJECT / "rasure").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
                if "rasure.store.analytics.partner" in names:
                    askers.add(str(path.relative_to(PROJECT)))
    assert askers == {"rasure/services/partner.py"}


def test_the_world_is_loaded_as_it_was_given(world: Store) -> None:
    assert loads.get_meta(world.analytics, "counted_as") is not None
    planned = sum(n for counts in partner_world.PLAN.values() for _, n in counts)
    assert world.analytics.value("select count(*) from counted") == planned + 1
