"""Check our sums: the published and hand-worked examples we ship, recomputed now, beside what they should give."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasure.checks.run import run_file
from rasure.settings import PROJECT

CASES = PROJECT / "data" / "checks"
_SHOWN_CHARS = 160


@dataclass(frozen=True, slots=True)
class Sum:
    """One example: what is computed, what its source says, what we get, and whether they agree."""

    id: str
    operation: str
    family: str
    expected: str
    ours: str
    agrees: bool
    authority: str
    source: str


def recomputed(folder: Path = CASES) -> list[Sum]:
    """Run every example of every case file, in the order of the files; nothing is remembered from before."""
    return [found for path in sorted(folder.glob("*.json")) for found in _of_file(path)]


def _of_file(path: Path) -> list[Sum]:
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return [_sum(path.stem, case, result) for case, result in zip(cases, run_file(path, compare=True), strict=True)]


def _sum(family: str, case: dict[str, Any], result: dict[str, Any]) -> Sum:
    expected = case["expect"]
    outcome = result.get("result", result.get("error"))
    asked_for = {name: outcome.get(name) for name in expected} if isinstance(outcome, dict) else outcome
    return Sum(
        id=case["id"],
        operation=case["op"],
        family=family.replace("_", " "),
        expected=_shown(expected),
        ours=_shown(asked_for),
        agrees=bool(result.get("ok")),
        authority=case["authority"],
        source=case["source"],
    )


def _shown(value: object) -> str:
    text = json.dumps(_rounded(value), ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"


def _rounded(value: object) -> object:
    """Round for reading; the comparison was made on every digit."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return value
