"""The demo store: the loaders find exactly what was planted, and nothing else."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from rasure.cli import app
from rasure.errors import Conflict
from rasure.services import demo, operations, wiring
from rasure.settings import settings
from rasure.store.analytics import records
from rasure.store.store import Store, rebuild
from rasure.synth.build import SyntheticForce
from rasure.synth.write import write
from rasure.terms import StoreClass


@pytest.fixture(scope="module")
def extract(small: SyntheticForce, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write(small, folder / "extract", folder / "truth")
    return folder


def rejected(store: Store) -> pd.DataFrame:
    """Return every rejected row held: file, line, column, reason."""
    batches = records.load_batches(store.analytics)["batch_id"]
    scope = operations.desk.admit(operations.desk.operator(), operations.Action.VIEW_REJECTS)
    found = pd.concat([records.rejects(store.analytics, scope, int(batch)) for batch in batches], ignore_index=True)
    return found.rename(columns={"column_name": "column"})[["file", "line", "column", "reason"]]


def as_set(rows: pd.DataFrame) -> set[tuple[object, ...]]:
    return set(rows[["file", "line", "column", "reason"]].itertuples(index=False, name=None))


def test_rejects_and_truth_agree_row_by_row(built: Path) -> None:
    truth = pd.read_csv(built / "truth" / "rejects.csv")
    with wiring.opened(built) as store:
        found = rejected(store)
    assert as_set(found) == as_set(truth)
    assert len(found) == len(truth) > 50


def test_what_was_planted_and_accepted_is_noticed(built: Path) -> None:
    truth = json.loads((built / "truth" / "truth.json").read_text())
    with wiring.opened(built) as store:
        batches = records.load_batches(store.analytics)
        assert store.store_class is StoreClass.SYNTHETIC
    assert set(batches["kind"]) >= {"boundaries", "niche", "hot_spots", "allocations", "patrols", "pings"}
    assert int(batches.loc[batches["kind"] == "niche", "duplicate"].iloc[0]) == sum(truth["duplicates"].values())
    assert int(batches.loc[batches["kind"] == "pings", "duplicate"].iloc[0]) == truth["repeated_pings"]


def test_loading_the_extract_twice_changes_nothing(built: Path, extract: Path) -> None:
    with wiring.opened(built) as store:
        before = store.analytics.counts()
        for operation, name in demo.LOADS:
            outcome = operations.run(store, operation, {"path": str(extract / "extract" / name)}, lambda *_: None)
            assert outcome["accepted"] == 0, name
        assert store.analytics.counts() == before


def test_a_rebuilt_store_holds_the_same(built: Path) -> None:
    with wiring.opened(built) as store:
        before = store.analytics.counts()
        assert rebuild(store) == before


def test_nothing_is_left_of_the_extract(built: Path) -> None:
    assert not list(built.glob(".extract*"))
    assert not list(built.parent.glob(".*.building"))


def test_a_store_that_is_there_is_not_built_over(built: Path) -> None:
    with pytest.raises(Conflict, match="something"):
        demo.build(built, scale=0.05)


def test_only_a_synthetic_store_is_cleared(tmp_path: Path) -> None:
    root = tmp_path / "store"
    with wiring.opened(root) as store:
        (tmp_path / "units.csv").write_text("unit_id,name,lpa\nU1,Team,\n")
        operations.run(store, "load.niche", {"path": str(tmp_path)}, lambda *_: None)
    with pytest.raises(Conflict, match="operational"):
        demo.clear(root)
    assert root.exists()


def test_every_planted_offence_has_a_class(small: SyntheticForce) -> None:
    codes = pd.read_csv(settings().reference / "offence_codes.csv", dtype=str)
    known = set(zip(codes["ho_class"], codes["ho_code"], strict=True))
    kinds = small.scene.plan.kinds
    assert set(zip(kinds["ho_class"], kinds["ho_code"], strict=True)) <= known


def test_a_scenario_nobody_knows_is_a_slip_of_usage(tmp_path: Path) -> None:
    asked = ["demo", "--scenario", "kent", "--store", str(tmp_path / "store")]
    found = CliRunner().invoke(app, asked)
    assert found.exit_code == 2
    assert not (tmp_path / "store").exists()
