"""Same seed, same bytes; another seed, another force."""

import hashlib
import json
from pathlib import Path

import pytest

from rasure.synth.build import SyntheticForce, generate
from rasure.synth.force import Force, Reference
from rasure.synth.write import write
from rasure.terms import synthetic_signature


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def written(small: SyntheticForce, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("force")
    write(small, folder / "extract", folder / "truth")
    return folder


def test_the_same_seed_gives_the_same_bytes(written: Path, reference: Reference, tmp_path: Path) -> None:
    again = generate(Force(seed=11, scale=0.05, trial_days=30), reference)
    write(again, tmp_path / "extract", tmp_path / "truth")
    assert digests(tmp_path) == digests(written)


def test_another_seed_gives_another_force(written: Path, reference: Reference, tmp_path: Path) -> None:
    write(generate(Force(seed=12, scale=0.05, trial_days=30), reference), tmp_path / "extract", tmp_path / "truth")
    first, second = digests(written), digests(tmp_path)
    assert first.keys() == second.keys()
    facts = ["extract/ground/towns.geojson", "extract/records/units.csv"]
    assert [name for name in first if first[name] == second[name]] == facts


def test_the_manifests_name_every_file_by_its_digest_and_are_signed(written: Path) -> None:
    for part in ("records", "patrols"):
        folder = written / "extract" / part
        manifest = json.loads((folder / "manifest.json").read_text())
        assert set(manifest["files"]) == {path.name for path in folder.iterdir()} - {"manifest.json"}
        for name, said in manifest["files"].items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == said["sha256"]
        digests_said = [said["sha256"] for said in manifest["files"].values()]
        assert manifest["synthetic"]["signature"] == synthetic_signature(digests_said)


def test_every_line_of_a_file_is_one_row(written: Path) -> None:
    for path in (written / "extract").rglob("*.csv"):
        manifest = json.loads((path.parent / "manifest.json").read_text())
        assert path.read_text(encoding="utf-8").count("\n") == manifest["files"][path.name]["rows"] + 1
