"""From what an identity provider or a gateway says about a person to a principal, or to a reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasure.access.identity import Principal
from rasure.services import credentials
from rasure.settings import Settings

Claims = Mapping[str, Any]
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class NoRole:
    """Somebody who proved who they are and may open nothing."""

    id: str
    name: str
    reason: str


def admitted(claims: Claims, chosen: Settings) -> Principal | NoRole:
    """Return who this is, with the role and areas that the role map gives for the groups named; the default is none."""
    person = str(claims.get(chosen.person_claim) or "").strip()[:_LONGEST_NAME]
    name = str(claims.get(chosen.name_claim) or person).strip()[:_LONGEST_NAME]
    if not person:
        return NoRole("", name, f"Your sign-in does not say who you are: the claim {chosen.person_claim} is missing.")
    if (groups := _groups(claims, chosen.groups_claim)) is None:
        return NoRole(person, name, _without_groups(claims, chosen.groups_claim))
    granted = credentials.roles(chosen).granted(groups)
    if granted is None:
        return NoRole(person, name, "None of your groups gives a role in Rasure, or one of them takes it away.")
    role, lpas = granted
    return Principal(person, name, role, lpas)


def _groups(claims: Claims, claim: str) -> list[str] | None:
    found = claims.get(claim)
    if isinstance(found, str):
        return [found]
    return [str(group) for group in found] if isinstance(found, list) else None


def _without_groups(claims: Claims, claim: str) -> str:
    if claim in (claims.get("_claim_names") or {}):
        return (
            "You are in so many groups that your sign-in names none of them. The administrator can send only the groups"
            " assigned to Rasure, or app roles."
        )
    return f"Your sign-in names no groups: the claim {claim} is missing from the token."
