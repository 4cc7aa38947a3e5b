"""How many offences of each kind a force has, where they happen, and which of them count by the inclusion rule."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.synth.clocks import SETTINGS
from rasure.synth.force import Force, Reference

IN_SCOPE = 60_000
"""Offences in scope over four years at full size."""


@dataclass(frozen=True, slots=True)
class OffencePlan:
    """Kinds of offences, one row for each class with and without a weapon.

    `kinds` has class_key, ho_class, ho_code, armed, number, in_scope, is_violent, police_found, victim, suspect, injury
    and a chance for each setting.
    """

    kinds: pd.DataFrame

    def setting_chances(self) -> NDArray[np.float64]:
        """Return the chance of each setting for each kind; rows add up to 1."""
        chances = self.kinds[list(SETTINGS)].to_numpy(dtype=np.float64)
        return np.asarray(chances / chances.sum(axis=1, keepdims=True))

    def expected(self, *, in_scope_only: bool) -> NDArray[np.float64]:
        """Return how many offences are expected in each setting."""
        counted = self.kinds["in_scope"].to_numpy(dtype=bool) if in_scope_only else np.ones(len(self.kinds), bool)
        return np.asarray((self.kinds["number"].to_numpy() * counted) @ self.setting_chances())


def offence_plan(force: Force, reference: Reference) -> OffencePlan:
    """Return the kinds of offences with their numbers at the size of the force."""
    shares = reference.offences.merge(reference.classes[["class_key", "include_rule"]], on="class_key", how="left")
    parts = []
    for column, armed in (("with_weapon", True), ("without_weapon", False)):
        rule = shares["include_rule"]
        in_scope = (rule == "always") | ((rule == "weapon_required") & armed)
        part = shares.assign(armed=armed, number=shares[column].astype(float), in_scope=in_scope)
        parts.append(part[part["number"] > 0])
    kinds = pd.concat(parts, ignore_index=True).drop(columns=["with_weapon", "without_weapon"])
    factor = IN_SCOPE / kinds.loc[kinds["in_scope"], "number"].sum() * force.scale
    kinds["number"] = np.maximum(np.rint(kinds["number"] * factor), 1).astype(np.int64)
    kinds["is_violent"] = kinds["include_rule"].ne("off") | kinds["class_key"].isin(
        ["robbery_personal", "threaten_weapon"]
    )
    kinds["police_found"] = kinds["police_found"].eq("yes")
    for name in (*SETTINGS, "victim", "suspect"):
        kinds[name] = kinds[name].astype(float)
    return OffencePlan(kinds)
