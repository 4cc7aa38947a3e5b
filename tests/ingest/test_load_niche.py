from datetime import date
from pathlib import Path

import pytest

from rasure.errors import InputRejected
from rasure.store.store import Store
from tests.extracts import IN_WEST, drop, load, load_squares, one_offence, rejected, value, whole_drop


class TestWhatGoesIn:
    def test_one_row_of_every_file_is_taken(self, store: Store, tmp_path: Path) -> None:
        found = load(store, whole_drop(tmp_path / "drop"))
        assert (found.read, found.accepted, found.files) == (16, 16, 16)
        held = store.analytics.counts()
        tables = (
            "location occurrence recorded_offence offence person person_monitoring involvement weapon injury"
            " outcome_event court_order unit officer operation partner training plan plan_response"
        )
        assert {name: held[name] for name in tables.split()} == dict.fromkeys(tables.split(), 1)

    def test_an_offence_is_put_together_from_its_parts(self, store: Store, tmp_path: Path) -> None:
        load(store, whole_drop(tmp_path / "drop"))
        (row,) = store.analytics.arrow(
            "select class_key, weapon, weapon_present, outcome, outcome_on, location_text, e_dm, n_dm, dated_on,"
            " precision::varchar as precision, grade::varchar as grade, source::varchar as source from offence"
        ).to_pylist()
        assert row == {
            "class_key": "abh_s47",
            "weapon": "knife",
            "weapon_present": True,
            "outcome": "charged",
            "outcome_on": date(2026, 3, 10),
            "location_text": "Larch Row",
            "e_dm": 4_700_000,
            "n_dm": 1_750_000,
            "dated_on": date(2026, 3, 4),
            "precision": "day",
            "grade": "exact",
            "source": "niche",
        }

    def test_the_hexagon_of_an_offence_is_known(self, store: Store, tmp_path: Path) -> None:
        load(store, one_offence(tmp_path / "drop"))
        assert value(store, "select count(*) from offence join cell using (cell)") == 1

    def test_ethnicity_is_held_apart_from_the_person(self, store: Store, tmp_path: Path) -> None:
        people = [{"self_defined_ethnicity": "A1", "officer_defined_ethnicity": "1"}]
        load(store, drop(tmp_path / "drop", people=people))
        assert "ethnicity" not in " ".join(store.analytics.frame("select * from person").columns)
        assert value(store, "select self_defined_ethnicity from person_monitoring") == "A1"

    def test_a_role_carries_the_date_area_and_class_of_its_offence(self, store: Store, tmp_path: Path) -> None:
        load_squares(store, tmp_path / "areas")
        load(store, whole_drop(tmp_path / "drop"))
        found = store.analytics.rows("select dated_on, lpa, class_key from involvement")
        assert found == [(date(2026, 3, 4), "W", "abh_s47")]

    def test_a_late_recorded_crime_lands_on_the_day_it_happened(self, store: Store, tmp_path: Path) -> None:
        late = {"committed_from": "2025-06-07 23:10", "reported_at": "2026-03-20 10:00"}
        load(store, one_offence(tmp_path / "drop", occurrences=late))
        assert value(store, "select dated_on from offence") == date(2025, 6, 7)
        assert value(store, "select month from coverage") == date(2025, 6, 1)

    def test_values_are_kept_exactly_as_written(self, store: Store, tmp_path: Path) -> None:
        names = ["Null", "O'Neill", "00123", " spaced ", "=1+1", "Zoë Ñandú", "1E5"]
        people = [{"person_id": f"00{n}", "family_name": name} for n, name in enumerate(names)]
        load(store, drop(tmp_path / "drop", people=people))
        held = store.analytics.rows("select person_id, family_name from person order by person_id")
        assert held == [(f"00{n}", name) for n, name in enumerate(names)]


class TestClass:
    @pytest.mark.parametrize(
        ("injury", "key"),
        [("serious", "gbh_s20"), ("fatal", "gbh_s20"), ("minor", "wounding_s20_minor"), (None, "wounding_s20_minor")],
    )
    def test_one_code_is_parted_by_the_injury(self, store: Store, tmp_path: Path, injury: str | None, key: str) -> None:
        one_offence(tmp_path / "drop", offences={"ho_class": "8N", "ho_code": "008/01"})
        if injury:
            drop(tmp_path / "drop", injuries=[{"grade": "minor"}, {"injury_id": "I2", "grade": injury}])
        load(store, tmp_path / "drop")
        assert value(store, "select class_key from offence") == key

    def test_of_several_weapons_the_knife_stands_for_the_offence(self, store: Store, tmp_path: Path) -> None:
        one_offence(tmp_path / "drop")
        drop(
            tmp_path / "drop",
            weapons=[{"weapon": "other"}, {"weapon_id": "W2"}, {"weapon_id": "W3", "weapon": "firearm"}],
        )
        load(store, tmp_path / "drop")
        assert value(store, "select weapon from offence") == "knife"

    def test_without_a_weapon_row_there_was_no_weapon(self, store: Store, tmp_path: Path) -> None:
        load(store, one_offence(tmp_path / "drop"))
        assert store.analytics.rows("select weapon, weapon_present from offence") == [(None, False)]

    def test_the_latest_outcome_is_the_one_in_force(self, store: Store, tmp_path: Path) -> None:
        one_offence(tmp_path / "drop")
        outcomes = [{"outcome_on": "2026-03-20", "outcome": "late"}, {"outcome_id": "U0", "outcome": "early"}]
        load(store, drop(tmp_path / "drop", outcomes=outcomes))
        assert value(store, "select outcome from offence") == "late"
        assert value(store, "select count(*) from outcome_event") == 2


class TestArea:
    @pytest.mark.parametrize("given", ["E", "e", "East Square", "EAST SQUARE"])
    def test_a_recorded_area_is_known_by_code_or_name(self, store: Store, tmp_path: Path, given: str) -> None:
        load_squares(store, tmp_path / "areas")
        load(store, one_offence(tmp_path / "drop", occurrences={"lpa": given}))
        assert value(store, "select lpa from offence") == "E"

    def test_an_unknown_or_missing_area_is_the_one_it_lies_in(self, store: Store, tmp_path: Path) -> None:
        load_squares(store, tmp_path / "areas")
        found = load(store, one_offence(tmp_path / "drop", occurrences={"lpa": "Nowhere"}))
        assert value(store, "select lpa from offence") == "W"
        assert any("name a policing area that is not loaded" in note for note in found.notes)

    def test_boundaries_loaded_later_turn_recorded_names_into_codes(self, store: Store, tmp_path: Path) -> None:
        load(store, drop(one_offence(tmp_path / "drop", occurrences={"lpa": "East Square"}), people=[{}], roles=[{}]))
        assert value(store, "select lpa from offence") == "East Square"
        load_squares(store, tmp_path / "areas")
        assert value(store, "select lpa from offence") == "E"
        assert value(store, "select lpa from involvement") == "E"

    def test_a_point_in_no_area_is_outside_the_force(self, store: Store, tmp_path: Path) -> None:
        load_squares(store, tmp_path / "areas")
        load(store, one_offence(tmp_path / "drop", locations={"easting": "400000", "northing": "300000"}))
        assert store.analytics.rows("select lpa, outside_force from offence") == [(None, True)]


class TestRejects:
    @pytest.mark.parametrize(
        ("changes", "file", "column", "reason"),
        [
            ({"offences": {"ho_code": "999/99"}}, "offences.csv", "ho_class, ho_code", "unknown_offence"),
            ({"offences": {"ho_class": "8n"}}, "offences.csv", "ho_class, ho_code", "unknown_offence"),
            ({"offences": {"occurrence_id": "none"}}, "offences.csv", "occurrence_id", "no_such_occurrence"),
            ({"occurrences": {"location_id": "none"}}, "occurrences.csv", "location_id", "no_such_location"),
            ({"locations": {"northing": ""}}, "locations.csv", "easting, northing", "half_a_position"),
            ({"locations": {"easting": "0", "northing": "0"}}, "locations.csv", "easting, northing", "position_zero"),
            (
                {"locations": {"easting": "175000", "northing": "470000"}},
                "locations.csv",
                "easting, northing",
                "position_swapped",
            ),
            (
                {"locations": {"easting": "-20000", "northing": "175000"}},
                "locations.csv",
                "easting, northing",
                "position_outside",
            ),
            (
                {"locations": {"easting": "123456789012345", "northing": "1"}},
                "locations.csv",
                "easting, northing",
                "position_outside",
            ),
            ({"occurrences": {"reported_at": "2026-04-01 10:00"}}, "occurrences.csv", "reported_at", "impossible_date"),
            (
                {"occurrences": {"committed_from": "2026-04-01 10:00"}},
                "occurrences.csv",
                "committed_from",
                "impossible_date",
            ),
            (
                {"occurrences": {"committed_from": "1969-12-31 23:59"}},
                "occurrences.csv",
                "committed_from",
                "impossible_date",
            ),
            ({"occurrences": {"reported_at": ""}}, "occurrences.csv", "reported_at", "missing"),
            ({"occurrences": {"reported_at": "04/03/2026 09:00"}}, "occurrences.csv", "reported_at", "impossible_time"),
            ({"locations": {"kind": "pub"}}, "locations.csv", "kind", "unknown_value"),
            ({"locations": {"location_id": "x" * 65}}, "locations.csv", "location_id", "too_long"),
        ],
    )
    def test_a_row_is_named_with_its_file_line_column_and_reason(
        self,
        store: Store,
        tmp_path: Path,
        changes: dict[str, dict[str, str]],
        file: str,
        column: str,
        reason: str,
    ) -> None:
        load_squares(store, tmp_path / "areas")
        load(store, one_offence(tmp_path / "drop", **changes))
        assert (file, 2, column, reason) in rejected(store)

    def test_what_refers_to_a_rejected_row_is_rejected_too(self, store: Store, tmp_path: Path) -> None:
        one_offence(tmp_path / "drop", locations={"easting": "0", "northing": "0"})
        load(store, drop(tmp_path / "drop", weapons=[{}]))
        assert [reason for _, _, _, reason in rejected(store)] == [
            "position_zero",
            "no_such_location",
            "no_such_occurrence",
            "no_such_offence",
        ]

    @pytest.mark.parametrize(
        ("file", "row", "reason"),
        [
            ("roles", {"offence_id": "none"}, "no_such_offence"),
            ("roles", {"person_id": "none"}, "no_such_person"),
            ("weapons", {"person_id": "none"}, "no_such_person"),
            ("injuries", {"offence_id": "none"}, "no_such_offence"),
            ("outcomes", {"offence_id": "none"}, "no_such_offence"),
            ("officers", {"unit_id": "none"}, "no_such_unit"),
            ("training", {"officer_id": "none"}, "no_such_officer"),
            ("plan_responses", {"plan_id": "none"}, "no_such_plan"),
            ("plan_responses", {"cost_gbp": "-1"}, "out_of_range"),
            ("operations", {"funding_gbp": "123456789012345"}, "out_of_range"),
        ],
    )
    def test_references_and_sums_are_checked(
        self, store: Store, tmp_path: Path, file: str, row: dict[str, str], reason: str
    ) -> None:
        drop(whole_drop(tmp_path / "drop"), **{file: [row]})
        load(store, tmp_path / "drop")
        assert (f"{file}.csv", 2, reason) in [(name, line, why) for name, line, _, why in rejected(store)]

    def test_a_reference_may_lead_to_a_row_that_is_held(self, store: Store, tmp_path: Path) -> None:
        load(store, one_offence(tmp_path / "first"))
        assert load(store, drop(tmp_path / "second", weapons=[{}])).rejected == 0

    def test_the_same_key_with_other_content_takes_the_first_and_names_its_line(
        self, store: Store, tmp_path: Path
    ) -> None:
        people = [{"given_name": "first"}, {"given_name": "second"}, {"given_name": "first"}]
        found = load(store, drop(tmp_path / "drop", people=people))
        assert (found.accepted, found.rejected, found.duplicate) == (1, 1, 1)
        assert value(store, "select given_name from person") == "first"
        assert value(store, "select explanation from reject").startswith("Line 2 has the same key")
        assert rejected(store) == [("people.csv", 3, "person_id", "duplicate_key_other_content")]

    def test_swapped_means_nothing_before_boundaries_are_loaded_but_off_the_grid(
        self, store: Store, tmp_path: Path
    ) -> None:
        far = {"easting": "900000", "northing": "300000"}
        load(store, one_offence(tmp_path / "drop", locations=far))
        assert rejected(store)[0][3] == "position_swapped"


class TestWhatIsRefused:
    def test_a_folder_without_any_file_of_the_contract(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("hello")
        with pytest.raises(InputRejected, match="holds no file of the contract"):
            load(store, tmp_path)

    def test_a_file_instead_of_a_folder(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "offences.csv").write_text("x")
        with pytest.raises(InputRejected, match="is not a folder"):
            load(store, tmp_path / "offences.csv")

    def test_other_files_are_named_and_left_alone(self, store: Store, tmp_path: Path) -> None:
        (one_offence(tmp_path / "drop") / "notes.txt").write_text("hello")
        assert load(store, tmp_path / "drop").skipped == ("notes.txt",)

    def test_one_bad_file_keeps_the_whole_drop_out(self, store: Store, tmp_path: Path) -> None:
        (one_offence(tmp_path / "drop") / "weapons.csv").write_text("weapon\nknife\n")
        with pytest.raises(InputRejected, match=r"weapons\.csv: the header lacks"):
            load(store, tmp_path / "drop")
        assert store.analytics.counts()["offence"] == 0


class TestGrades:
    @pytest.mark.parametrize(
        ("location", "occurrence", "grade"),
        [
            ({}, {}, "exact"),
            ({"precision": "street"}, {}, "street"),
            ({"precision": "centroid"}, {}, "centroid"),
            ({"precision": "unknown"}, {}, "suspect"),
            ({"easting": "", "northing": ""}, {}, "none"),
            ({"lpa": "E", "easting": "472999"}, {}, "suspect"),
            ({"lpa": "E", "easting": "473001"}, {}, "exact"),
            ({"precision": "centroid", "lpa": "E"}, {}, "centroid"),
            ({}, {"lpa": "E"}, "suspect"),
            ({}, {"lpa": "W"}, "exact"),
            ({}, {"location_id": ""}, "none"),
        ],
    )
    def test_a_place_is_trusted_as_far_as_its_record_goes(
        self, store: Store, tmp_path: Path, location: dict[str, str], occurrence: dict[str, str], grade: str
    ) -> None:
        load_squares(store, tmp_path / "areas")
        load(store, one_offence(tmp_path / "drop", locations=location, occurrences=occurrence))
        assert value(store, "select grade::varchar from offence") == grade

    def test_a_point_of_five_streets_is_a_default_also_for_those_held_before(
        self, store: Store, tmp_path: Path
    ) -> None:
        load(store, one_offence(tmp_path / "first"))
        others = [{"location_id": f"M{n}", "street": f"Street {n}", **IN_WEST} for n in range(3)]
        load(store, drop(tmp_path / "second", locations=others))
        assert value(store, "select grade::varchar from offence") == "exact"
        load(store, drop(tmp_path / "third", locations=[{"location_id": "M9", "street": "Another"}]))
        assert value(store, "select grade::varchar from offence") == "centroid"
        assert value(store, "select count(*) from location where grade = 'centroid'") == 5

    def test_many_flats_of_one_street_are_no_default_point(self, store: Store, tmp_path: Path) -> None:
        flats = [{"location_id": f"M{n}", "name": f"Flat {n}"} for n in range(20)]
        load(store, drop(tmp_path / "drop", locations=flats))
        assert value(store, "select count(*) from location where grade = 'exact'") == 20
