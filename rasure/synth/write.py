"""Putting a synthetic force on disk: maps, a drop with its signed manifest, the patrol side's files, the truth."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rasure.synth.build import SyntheticForce
from rasure.synth.force import GENERATOR_VERSION, Force
from rasure.synth.times import extracted_at
from rasure.synth.truth import happened, truth, truth_tables
from rasure.terms import synthetic_signature

GROUND, RECORDS, PATROLS = "ground", "records", "patrols"

Files = dict[str, dict[str, Any]]


def write(made: SyntheticForce, folder: Path, truth_folder: Path) -> None:
    """Write the extract into `folder` and what was planted into `truth_folder`; both are made when missing."""
    for part in (folder / GROUND, folder / RECORDS, folder / PATROLS, truth_folder):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
    files: Files = {}
    for name, text in made.maps.items():
        (folder / GROUND / name).write_text(text, encoding="utf-8", newline="\n")
    drop = made.recorded.planted.tables | made.recorded.organisation
    files |= _written(made.force, folder / RECORDS, drop, None)
    files |= _written(made.force, folder / PATROLS, made.patrolled.files, made.patrolled.tracks.pings)
    for name, rows in truth_tables(made).items():
        _csv(rows, truth_folder / name)
    happened(made).to_parquet(truth_folder / "happened.parquet", index=False)
    summary = json.dumps(truth(made, files), indent=1, ensure_ascii=False)
    (truth_folder / "truth.json").write_text(summary + "\n", encoding="utf-8")


def _written(force: Force, folder: Path, tables: Mapping[str, pd.DataFrame], pings: pd.DataFrame | None) -> Files:
    """Write tables, and pings as Parquet, with the manifest that says they are synthetic."""
    files: Files = {}
    for name, rows in tables.items():
        _csv(rows, folder / name)
        files[name] = {"sha256": _digest(folder / name), "rows": len(rows)}
    if pings is not None:
        pings.to_parquet(folder / "pings.parquet", index=False)
        files["pings.parquet"] = {"sha256": _digest(folder / "pings.parquet"), "rows": len(pings)}
    manifest = {
        "extracted_at": np.datetime_as_string(extracted_at(force), unit="s"),
        "files": files,
        "synthetic": {
            "seed": force.seed,
            "scenario": force.scenario.value,
            "generator_version": GENERATOR_VERSION,
            "signature": synthetic_signature(file["sha256"] for file in files.values()),
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return files


def _csv(rows: pd.DataFrame, path: Path) -> None:
    rows.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
