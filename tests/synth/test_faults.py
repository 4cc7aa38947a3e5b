"""Planted faults: known numbers, and every chain of rows that falls with them."""

import pandas as pd

from rasure.synth import faults
from rasure.synth.build import SyntheticForce
from rasure.synth.force import Force


def tables(size: int = 400) -> dict[str, pd.DataFrame]:
    """Return files in which row n refers to row n of the files before it."""
    number = [f"{n:05d}" for n in range(size)]
    ids = {name: [prefix + n for n in number] for name, prefix in zip("loc occ off per".split(), "LCFP", strict=True)}
    same = dict.fromkeys(("reported_at", "committed_from"), "2025-01-01 10:00")
    plain = {name: ["x"] * size for name in ("a", "b")}
    return {
        "locations.csv": pd.DataFrame(
            {"location_id": ids["loc"], "name": "x", "kind": "dwelling", "easting": "450000", "northing": "200000"}
        ),
        "occurrences.csv": pd.DataFrame({"occurrence_id": ids["occ"], **same, "location_id": ids["loc"]}),
        "people.csv": pd.DataFrame({"person_id": ids["per"], "given_name": "x", "born_on": "1990-01-01"}),
        "offences.csv": pd.DataFrame(
            {
                "offence_id": ids["off"],
                "occurrence_id": ids["occ"],
                "ho_class": "1",
                "ho_code": "001/01",
                "status": "recorded",
            }
        ),
        "roles.csv": pd.DataFrame(
            {"role_id": number, "offence_id": ids["off"], "person_id": ids["per"], "role": "victim"}
        ),
        "weapons.csv": pd.DataFrame({"weapon_id": number, "offence_id": ids["off"], "person_id": "", **plain}),
        "injuries.csv": pd.DataFrame({"injury_id": number, "offence_id": ids["off"], "person_id": "", **plain}),
        "outcomes.csv": pd.DataFrame({"outcome_id": number, "offence_id": ids["off"], "outcome_on": "2025-02-01"}),
    }


class TestPlant:
    def test_every_kind_comes_in_its_number(self, larger: SyntheticForce) -> None:
        found = larger.recorded.planted.rejects
        planted = found[found["is_planted"].astype(bool)].groupby(["file", "reason", "column"]).size()
        for fault in faults.FAULTS:
            expected = larger.force.share_of(fault.number)
            assert expected - 1 <= planted[fault.file, fault.reason, fault.column] <= expected, fault
        for name, (_, number) in faults.OTHER_CONTENT.items():
            assert planted[name, "duplicate_key_other_content"].sum() == larger.force.share_of(number)
        assert larger.recorded.planted.duplicates["file"].value_counts().to_dict() == {
            name: larger.force.share_of(number) for name, number in faults.COPIES.items()
        }

    def test_each_row_is_refused_for_one_reason(self, larger: SyntheticForce) -> None:
        assert not larger.recorded.planted.rejects.duplicated(["file", "line"]).any()

    def test_what_refers_to_a_refused_row_is_refused_down_the_whole_chain(self) -> None:
        planted = faults.plant(Force(seed=1, scale=0.1), tables(), set())
        wrong = planted.rejects
        location = wrong[(wrong["file"] == "locations.csv") & (wrong["reason"] == "position_swapped")]["line"].iloc[0]
        key = planted.tables["locations.csv"]["location_id"].iloc[location - 2]
        n = key[1:]
        for file, column, value, reason in (
            ("occurrences.csv", "location_id", "L" + n, "no_such_location"),
            ("offences.csv", "occurrence_id", "C" + n, "no_such_occurrence"),
            ("roles.csv", "offence_id", "F" + n, "no_such_offence"),
            ("outcomes.csv", "offence_id", "F" + n, "no_such_offence"),
        ):
            rows = planted.tables[file]
            lines = rows.index[rows[column] == value] + 2
            told = wrong[(wrong["file"] == file) & wrong["line"].isin(lines)]
            assert reason in set(told["reason"]), file

    def test_protected_rows_stay_whole(self) -> None:
        protected = {"F00007", "C00007", "P00007"}
        for seed in range(5):
            planted = faults.plant(Force(seed=seed), tables(2000), protected)
            rows = planted.tables["offences.csv"]
            assert (rows["offence_id"] == "F00007").sum() == 1
            assert rows.loc[rows["offence_id"] == "F00007", "ho_code"].tolist() == ["001/01"]

    def test_a_copy_stands_below_what_it_copies_and_says_the_same(self) -> None:
        planted = faults.plant(Force(seed=1, scale=0.2), tables(), set())
        for file, line, first_line in planted.duplicates.itertuples(index=False):
            rows = planted.tables[file]
            assert line > first_line
            assert rows.iloc[line - 2].equals(rows.iloc[first_line - 2].rename(line - 2))
