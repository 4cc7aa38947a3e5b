import json

import numpy as np
import pytest
import shapely

from rasure.synth import words
from rasure.synth.build import SyntheticForce
from rasure.synth.force import Force, Reference
from rasure.synth.ground import lay


class TestAreas:
    def test_there_are_the_twelve_of_the_force(self, small: SyntheticForce) -> None:
        names = small.scene.ground.areas["lpa"].tolist()
        assert len(names) == 12
        assert {"Oxford", "Reading", "Milton Keynes", "South & Vale", "Windsor & Maidenhead"} <= set(names)

    def test_they_tile_the_force_without_gap_or_overlap(self, small: SyntheticForce) -> None:
        outlines = small.scene.ground.areas["outline"].to_numpy()
        whole = shapely.union_all(outlines)
        assert shapely.get_num_geometries(whole) == 1
        assert shapely.area(outlines).sum() == pytest.approx(whole.area, rel=1e-9)
        assert 5_600e6 < whole.area < 5_900e6
        assert all(shapely.get_num_interior_rings(shapely.get_parts(whole)) == 0)

    def test_every_town_lies_in_the_area_it_is_listed_under(self, small: SyntheticForce) -> None:
        ground = small.scene.ground
        outlines = ground.areas.set_index("lpa")["outline"]
        towns = ground.places.head(40)
        inside = [
            outlines[lpa].buffer(900).contains(shapely.Point(e_m, n_m))
            for lpa, e_m, n_m in zip(towns["lpa"], towns["e_m"], towns["n_m"], strict=True)
        ]
        assert all(inside)

    def test_another_seed_draws_other_borders(self, reference: Reference, small: SyntheticForce) -> None:
        other = lay(Force(seed=12, scale=0.05), reference)
        assert not other.areas["outline"].iloc[0].equals(small.scene.ground.areas["outline"].iloc[0])


class TestNames:
    def test_every_street_is_put_together_from_invented_syllables(self, small: SyntheticForce) -> None:
        invented = set(words.stems(words.STREET_HEADS, words.STREET_TAILS))
        ground = small.scene.ground
        named = [*ground.segments["street"], *ground.roads.loc[ground.roads["road_class"] != "motorway", "name"]]
        assert {name.removeprefix("Great ").split()[0] for name in named} <= invented

    def test_every_premises_name_is_invented_but_for_the_town_in_it(self, small: SyntheticForce) -> None:
        stems = set(words.stems(words.STREET_HEADS, words.STREET_TAILS))
        venues = {f"{head} {tail}" for head in words.VENUE_HEADS for tail in words.VENUE_TAILS}
        towns = set(small.scene.ground.places["name"])
        for name in small.scene.premises["name"]:
            known = name in venues or any(word in stems for word in name.split())
            assert known or name.removesuffix(" Police Station") in towns, name

    def test_nobody_bears_an_ordinary_name(self, small: SyntheticForce) -> None:
        families = set(words.stems(words.FAMILY_HEADS, words.FAMILY_TAILS))
        givens = set(words.stems(words.GIVEN_HEADS, words.GIVEN_TAILS))
        people = small.recorded.cast.people
        assert set(people["family_name"]) <= families
        assert set(people["given_name"]) <= givens

    def test_rivers_are_invented(self, small: SyntheticForce) -> None:
        names = set(small.scene.ground.waters["name"]) - {""}
        assert names
        assert names <= {f"River {stem}" for stem in words.stems(words.STREET_HEADS, words.RIVER_TAILS)}


class TestStreets:
    def test_segments_are_as_long_as_blocks(self, small: SyntheticForce) -> None:
        lengths = small.scene.ground.segments["length_m"]
        assert 80 < lengths.median() < 160
        assert lengths.max() < 330

    def test_two_towns_never_claim_the_same_ground(self, larger: SyntheticForce) -> None:
        segments = larger.scene.ground.segments
        rounded = np.round(segments[["e_m", "n_m"]].to_numpy() / 25.0)
        _, counts = np.unique(rounded, axis=0, return_counts=True)
        assert (counts > 1).mean() < 0.02


class TestMaps:
    def test_every_class_of_road_is_there(self, small: SyntheticForce) -> None:
        features = json.loads(small.maps["roads.geojson"])["features"]
        classes = {feature["properties"]["road_class"] for feature in features}
        assert classes == {"motorway", "primary", "secondary", "tertiary", "residential"}

    def test_motorways_keep_outside_large_towns(self, larger: SyntheticForce) -> None:
        ground = larger.scene.ground
        motorways = shapely.union_all(ground.roads.loc[ground.roads["road_class"] == "motorway", "shape"].to_numpy())
        for town in ground.places.head(8).itertuples():
            assert motorways.distance(shapely.Point(town.e_m, town.n_m)) > 0.75 * town.radius_m
