"""Clusters, density and shifted grids over a store: right by other programs and brute force, blind to the future."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from esda.getisord import G_Local
from libpysal.weights import W

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import NotAllowed
from rasure.ingest import load_police_uk
from rasure.places import gistar, grid, stability
from rasure.services import corroboration, desk, hot_spots
from rasure.services.hot_spots import Question
from rasure.settings import settings
from rasure.store.analytics import evidence
from rasure.store.store import Store, open_store
from rasure.terms import Measure, Role
from tests import extracts, years
from tests.makers import crime, published, whole_force

AS_OF = years.LAST_ON + timedelta(days=1)
ASKED = Question(AS_OF)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("years")
    store = open_store(folder / "store", reference_folder=settings().reference)
    yield years.load(store, folder)
    store.close()


def counts(store: Store, question: Question = ASKED) -> pd.DataFrame:
    which, _ = hot_spots.selection(store, whole_force(), question)
    return evidence.cell_counts(store.analytics, whole_force(), which)


def offences(store: Store) -> pd.DataFrame:
    return store.analytics.frame("select cell, e_dm / 10.0 as e_m, n_dm / 10.0 as n_m, dated_on from counted")


def leading(store: Store, question: Question = ASKED, top: int = 20) -> np.ndarray:
    return hot_spots.picture(store, whole_force(), question).places["cell"].head(top).to_numpy()


def z_of_r(n: np.ndarray, around: np.ndarray, folder: Path) -> np.ndarray:
    """Return Gi* as R's spdep works it out, or skip with the reason."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("no Rscript on this machine: install R with spdep to compare with it")
    if subprocess.run([rscript, "-e", "library(spdep)"], capture_output=True).returncode != 0:
        pytest.skip("R is here without spdep: install that package to compare with it")
    np.savetxt(folder / "n.csv", n, fmt="%d")
    np.savetxt(folder / "around.csv", around + 1, fmt="%d", delimiter=",")
    program = """
        library(spdep)
        n <- scan("n.csv", quiet = TRUE)
        around <- as.matrix(read.csv("around.csv", header = FALSE))
        near <- lapply(seq_len(nrow(around)), function(i) {
            found <- sort(around[i, around[i, ] > 0]); if (length(found)) as.integer(found) else 0L })
        class(near) <- "nb"; attr(near, "region.id") <- as.character(seq_along(near))
        weights <- nb2listw(include.self(near), style = "B", zero.policy = TRUE)
        write(format(as.numeric(localG(n, weights, zero.policy = TRUE)), digits = 17), "z.csv", ncolumns = 1)
    """
    subprocess.run([rscript, "-e", program], cwd=folder, check=True, capture_output=True)
    return np.loadtxt(folder / "z.csv")


class TestClusters:
    def test_every_hexagon_of_the_area_is_tested_zeros_included(self, filled: Store) -> None:
        found = corroboration.clusters(filled, whole_force(), ASKED)
        assert found.tested == len(counts(filled)) > 3_900
        assert found.cells["n"].sum() == len(offences(filled))

    def test_z_is_that_of_esda(self, filled: Store) -> None:
        held = counts(filled)
        around = gistar.grid_neighbours(held["cell"])
        weights = W({row: near[near >= 0].tolist() for row, near in enumerate(around)}, silence_warnings=True)
        theirs = G_Local(held["n"].to_numpy(float), weights, transform="B", star=True, permutations=0).Zs
        ours = corroboration.clusters(filled, whole_force(), ASKED).of(held["cell"])["z"]
        shown = ours.notna().to_numpy()
        assert shown.sum() > 100
        assert np.abs(ours.to_numpy()[shown] - theirs[shown]).max() < 1e-9

    def test_z_is_that_of_spdep_in_r(self, filled: Store, tmp_path: Path) -> None:
        held = counts(filled)
        theirs = z_of_r(held["n"].to_numpy(), gistar.grid_neighbours(held["cell"]), tmp_path)
        ours = corroboration.clusters(filled, whole_force(), ASKED).of(held["cell"])["z"].to_numpy()
        assert np.nanmax(np.abs(ours - theirs)) < 1e-9

    def test_busy_places_side_by_side_are_hot_and_a_busy_place_alone_is_no_cluster(self, filled: Store) -> None:
        cells = corroboration.clusters(filled, whole_force(), ASKED).cells.set_index("cell")
        busy = grid.cells_of([east for east, *_ in years.BUSY], [north for _, north, _ in years.BUSY])
        assert cells.loc[busy, "hot"].tolist() == [True, True, True, False]
        assert not cells.loc[(cells["n"] == 1) & (cells["around"] == 1), "hot"].any()

    def test_a_hexagon_without_an_offence_between_busy_ones_may_be_hot(self, filled: Store) -> None:
        cells = corroboration.clusters(filled, whole_force(), ASKED).cells
        assert (cells["hot"] & (cells["n"] == 0)).any()

    def test_without_boundaries_nothing_is_called_hot(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2025-06", "street", [crime(f"c{n}", month="2025-06") for n in range(30)])
        load_police_uk.load(store, tmp_path)
        found = corroboration.clusters(store, whole_force(), Question(date(2025, 7, 1)))
        assert (found.has_ground, found.hot) == (False, 0)

    def test_an_inspector_is_answered_for_the_own_area_alone(self, filled: Store) -> None:
        scope = desk.admit(Principal("i", "I", Role.INSPECTOR, frozenset({"W"})), Action.VIEW_HOT_SPOTS)
        own = corroboration.clusters(filled, scope, ASKED)
        asked = corroboration.clusters(filled, whole_force(), replace(ASKED, lpa="W"))
        pd.testing.assert_frame_equal(own.cells, asked.cells)
        assert own.tested == asked.tested < len(counts(filled))
        with pytest.raises(NotAllowed):
            corroboration.clusters(filled, scope, replace(ASKED, lpa="E"))


class TestDensity:
    def test_it_is_the_plain_sum_over_every_offence(self, filled: Store) -> None:
        found = corroboration.density(filled, whole_force(), ASKED)
        events = offences(filled)
        ages = (pd.Timestamp(AS_OF) - events["dated_on"]).dt.days.to_numpy()
        at = np.column_stack(grid.centres(found.cells["cell"]))
        apart = np.hypot(*(at[:, None, :] - events[["e_m", "n_m"]].to_numpy()[None, :, :]).transpose(2, 0, 1))
        plain = np.where(apart < 300, (1 - (apart / 300) ** 2) ** 2, 0) @ np.exp2(-ages / 730) * 3 / (np.pi * 300**2)
        assert len(found.cells) > 5
        assert np.allclose(found.cells["per_km2"], plain * 1e6, rtol=1e-9)

    def test_what_lies_under_the_first_break_is_left_clear(self, filled: Store) -> None:
        found = corroboration.density(filled, whole_force(), ASKED)
        assert (found.cells["per_km2"] >= found.breaks[0]).all()
        assert len(found.breaks) <= 6

    def test_by_harm_it_is_a_density_of_harm(self, filled: Store) -> None:
        by_count, by_harm = (
            corroboration.density(filled, whole_force(), replace(ASKED, measure=measure)).cells["per_km2"].max()
            for measure in (Measure.COUNT, Measure.HARM)
        )
        assert by_harm > 2 * by_count

    def test_an_empty_selection_has_no_breaks_and_no_hexagons(self, filled: Store) -> None:
        found = corroboration.density(filled, whole_force(), Question(date(2019, 1, 1)))
        assert (found.breaks, len(found.cells)) == ((), 0)


class TestStablePlaces:
    def test_the_counts_are_those_of_every_offence_one_by_one(self, filled: Store) -> None:
        events, chosen = offences(filled), leading(filled)
        ages = (pd.Timestamp(AS_OF) - events["dated_on"]).dt.days.to_numpy()
        weights = np.exp2(-ages / 730)
        expected = stability.shift_counts(
            events["e_m"], events["n_m"], lambda cells: stability.heaviest(cells, weights, chosen.size), chosen=chosen
        )
        found = corroboration.stable_places(filled, whole_force(), ASKED, chosen)
        assert found.places["survived"].tolist() == expected["survived"].tolist()
        assert found.places["rank"].tolist() == list(range(1, 21))
        assert found.halves["chosen"].tolist() == [20, 20, 20]
        assert 0 < found.places["survived"].sum() < 8 * 20

    def test_no_places_have_no_counts(self, filled: Store) -> None:
        assert corroboration.stable_places(filled, whole_force(), ASKED, []).places.empty


class TestNothingLooksIntoTheFuture:
    def test_offences_from_the_day_asked_for_on_change_no_figure(self, tmp_path: Path) -> None:
        as_of = date(2025, 6, 1)
        asked, answers = Question(as_of), []
        for name, later_seed in (("one", None), ("two", 7), ("three", 8)):
            store = open_store(tmp_path / name, reference_folder=settings().reference)
            years.load(store, tmp_path / f"{name}-in", last_on=as_of - timedelta(days=1))
            if later_seed is not None:
                later = years.rows(first_on=as_of, seed=later_seed)
                extracts.load(store, extracts.drop(tmp_path / f"{name}-later", **later))
            chosen = leading(store, asked)
            answers.append(
                (
                    corroboration.clusters(store, whole_force(), asked).cells,
                    corroboration.density(store, whole_force(), asked).cells,
                    corroboration.stable_places(store, whole_force(), asked, chosen).places,
                )
            )
            store.close()
        for other in answers[1:]:
            for one, changed in zip(answers[0], other, strict=True):
                pd.testing.assert_frame_equal(one, changed, check_exact=True)


class TestNeighbours:
    def test_the_table_is_kept_and_never_that_of_other_hexagons(self) -> None:
        cells = np.sort(grid.cells_in_box(0, 0, 3000, 3000))
        assert corroboration.neighbours(cells) is corroboration.neighbours(cells.copy())
        fewer = cells[:-5]
        assert np.array_equal(corroboration.neighbours(fewer), gistar.grid_neighbours(fewer))
