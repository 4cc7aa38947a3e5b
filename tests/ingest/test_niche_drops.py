"""What becomes of a drop that comes again: duplicates, corrections, manifests, and the class it gives the store."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rasure.errors import InputRejected
from rasure.store import store as stores
from rasure.store.store import Store
from rasure.terms import StoreClass
from tests.extracts import (
    IN_EAST,
    drop,
    load,
    load_squares,
    manifest,
    one_offence,
    rejected,
    value,
    whole_drop,
)


class TestAgain:
    def test_the_same_drop_twice_changes_nothing(self, store: Store, tmp_path: Path) -> None:
        path = whole_drop(tmp_path / "drop")
        load(store, path)
        before, version = store.analytics.scrub(), store.version()
        found = load(store, path)
        assert (found.batch, found.duplicate) == (None, 16)
        assert store.analytics.scrub() == before
        assert store.version() == version

    def test_a_rebuilt_store_has_equal_counts_and_content(self, store: Store, tmp_path: Path) -> None:
        load(store, whole_drop(tmp_path / "drop"))
        load_squares(store, tmp_path / "areas")
        load(store, drop(tmp_path / "more", weapons=[{"weapon": "firearm"}]))
        counts, content = store.analytics.counts(), store.analytics.scrub()
        assert stores.rebuild(store) == counts
        assert {n: d for n, d in store.analytics.scrub().items() if n != "schema_migration"} == {
            n: d for n, d in content.items() if n != "schema_migration"
        }


class TestCorrections:
    def test_a_corrected_weapon_revises_its_offence_and_keeps_what_was(self, store: Store, tmp_path: Path) -> None:
        load(store, whole_drop(tmp_path / "first"))
        found = load(store, drop(tmp_path / "second", weapons=[{"weapon": "firearm"}]))
        assert (found.accepted, found.revised) == (1, 1)
        assert value(store, "select weapon from offence") == "firearm"
        kept = store.analytics.rows("select table_name, content->>'weapon', was_batch_id from superseded order by 1")
        assert kept == [("offence", "knife", 1), ("weapon", "knife", 1)]

    def test_a_weapon_that_moves_to_another_offence_leaves_its_old_one(self, store: Store, tmp_path: Path) -> None:
        drop(one_offence(tmp_path / "first"), offences=[{}, {"offence_id": "F2"}], weapons=[{}])
        load(store, tmp_path / "first")
        load(store, drop(tmp_path / "second", weapons=[{"offence_id": "F2"}]))
        held = store.analytics.rows("select offence_id, weapon_present from offence order by 1")
        assert held == [("F1", False), ("F2", True)]

    def test_a_corrected_occurrence_moves_its_offences_and_their_roles(self, store: Store, tmp_path: Path) -> None:
        load(store, whole_drop(tmp_path / "first"))
        load(store, drop(tmp_path / "second", occurrences=[{"committed_from": "2025-12-24 20:00"}]))
        assert store.analytics.rows("select dated_on, band::varchar from offence") == [(date(2025, 12, 24), "night")]
        assert value(store, "select dated_on from involvement") == date(2025, 12, 24)

    def test_a_corrected_location_moves_its_offences(self, store: Store, tmp_path: Path) -> None:
        load_squares(store, tmp_path / "areas")
        load(store, one_offence(tmp_path / "first"))
        load(store, drop(tmp_path / "second", locations=[{**IN_EAST, "street": "Alder Way"}]))
        found = store.analytics.rows("select lpa, e_dm, location_text from offence")
        assert found == [("E", 4_800_000, "Alder Way")]
        assert value(store, "select count(*) from cell join offence using (cell)") == 1

    def test_an_injury_recorded_later_changes_the_class(self, store: Store, tmp_path: Path) -> None:
        load(store, one_offence(tmp_path / "first", offences={"ho_code": "008/01"}))
        load(store, drop(tmp_path / "second", injuries=[{"grade": "serious"}]))
        assert value(store, "select class_key from offence") == "gbh_s20"

    def test_only_the_offences_touched_get_a_new_version(self, store: Store, tmp_path: Path) -> None:
        load(store, drop(one_offence(tmp_path / "first"), offences=[{}, {"offence_id": "F2"}]))
        load(store, drop(tmp_path / "second", weapons=[{"offence_id": "F2"}]))
        assert store.analytics.rows("select offence_id, batch_id from offence order by 1") == [("F1", 1), ("F2", 2)]

    def test_a_corrected_ethnicity_leaves_the_person_alone(self, store: Store, tmp_path: Path) -> None:
        load(store, drop(tmp_path / "first", people=[{"self_defined_ethnicity": "A1"}]))
        found = load(store, drop(tmp_path / "second", people=[{"self_defined_ethnicity": "B2"}]))
        assert found.revised == 1
        assert value(store, "select self_defined_ethnicity from person_monitoring") == "B2"
        assert store.analytics.rows("select table_name from superseded") == [("person_monitoring",)]

    def test_a_correction_that_contradicts_itself_changes_nothing(self, store: Store, tmp_path: Path) -> None:
        load(store, drop(tmp_path / "first", people=[{"given_name": "first"}]))
        found = load(store, drop(tmp_path / "second", people=[{"given_name": "first"}, {"given_name": "other"}]))
        assert (found.duplicate, found.rejected) == (1, 1)
        assert value(store, "select given_name from person") == "first"


class TestManifest:
    def test_a_drop_that_matches_is_taken(self, store: Store, tmp_path: Path) -> None:
        manifest(whole_drop(tmp_path / "drop"))
        assert load(store, tmp_path / "drop").accepted == 16

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"files": {}}, "does not name locations.csv"),
            ({"files": {"people.csv": {"sha256": "0" * 64}}}, "names people.csv, which is not in the drop"),
            ({"files": {"offences.csv": {}}}, "is not a manifest"),
            ({"files": []}, "is not a manifest"),
            ({"extracted_at": "yesterday"}, "extracted_at is not a time"),
            ({"extracted_at": "0001-01-01T00:00:00+14:00"}, "extracted_at is not a time"),
        ],
    )
    def test_one_that_does_not_is_refused_whole(
        self, store: Store, tmp_path: Path, said: dict[str, Any], sentence: str
    ) -> None:
        manifest(one_offence(tmp_path / "drop"), **said)
        with pytest.raises(InputRejected, match=sentence):
            load(store, tmp_path / "drop")
        assert store.analytics.counts()["load_batch"] == 0

    def test_a_file_changed_after_the_manifest_was_written_is_refused(self, store: Store, tmp_path: Path) -> None:
        manifest(one_offence(tmp_path / "drop"))
        with (tmp_path / "drop" / "offences.csv").open("a") as file:
            file.write("F2,O1,8N,008/06,\n")
        with pytest.raises(InputRejected, match="its SHA-256 differs"):
            load(store, tmp_path / "drop")

    def test_a_wrong_number_of_rows_is_refused(self, store: Store, tmp_path: Path) -> None:
        path = manifest(one_offence(tmp_path / "drop"))
        said = json.loads(path.read_text())
        said["files"]["offences.csv"]["rows"] = 7
        path.write_text(json.dumps(said))
        with pytest.raises(InputRejected, match=r"offences\.csv has 1 rows, manifest\.json says 7"):
            load(store, tmp_path / "drop")

    def test_nothing_may_lie_after_the_extract_was_made(self, store: Store, tmp_path: Path) -> None:
        manifest(one_offence(tmp_path / "drop"), extracted_at="2026-03-04T08:59:59Z")
        load(store, tmp_path / "drop")
        assert rejected(store)[0] == ("occurrences.csv", 2, "reported_at", "impossible_date")

    @pytest.mark.parametrize("text", ["{", "[]", '"x"', "null", "[" * 100_000, "\xff"])
    def test_one_that_is_no_json_object_is_refused(self, store: Store, tmp_path: Path, text: str) -> None:
        (one_offence(tmp_path / "drop") / "manifest.json").write_text(text, encoding="latin-1")
        with pytest.raises(InputRejected, match=r"manifest\.json is not"):
            load(store, tmp_path / "drop")


class TestStoreClass:
    def test_an_extract_is_operational(self, store: Store, tmp_path: Path) -> None:
        manifest(one_offence(tmp_path / "drop"))
        load(store, tmp_path / "drop")
        assert store.store_class is StoreClass.OPERATIONAL

    def test_one_signed_by_the_generator_is_synthetic(self, store: Store, tmp_path: Path) -> None:
        manifest(one_offence(tmp_path / "drop"), signed=True)
        load(store, tmp_path / "drop")
        assert store.store_class is StoreClass.SYNTHETIC

    def test_one_that_only_says_so_is_operational(self, store: Store, tmp_path: Path) -> None:
        manifest(one_offence(tmp_path / "drop"), synthetic={"seed": 1, "scenario": "tvp"})
        load(store, tmp_path / "drop")
        assert store.store_class is StoreClass.OPERATIONAL
