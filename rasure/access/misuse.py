"""Unusual look-ups of people: who stands out from colleagues of the same role, and by what.

A proposal for a person to look into, never a finding: each reason is a count beside the colleagues' count, and how
unlikely so many would be if the officer did as they do.
Pure: look-ups and what is known of both sides in, a ranking out.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from rasure.terms import Role

#: A reason counts when so many would come by chance less often than once in a thousand officers.
UNUSUAL = 3.0
#: Seen on so many days before, a further opening of the same person is a return.
DAYS_BEFORE_A_RETURN = 2


class Reason(StrEnum):
    """What makes a look-up worth a question."""

    SAME_SURNAME = "same surname as the officer"
    SAME_POSTCODE = "same postcode as the officer"
    OUT_OF_AREA = "person of another area"
    OFF_SHIFT = "outside the officer's shifts"
    REPEATED = "same person opened again on a third or later day"


@dataclass(frozen=True, slots=True)
class LookUp:
    """One opening of one person; `at` is local time, `lpas` the officer's areas, None for the whole force."""

    seq: int
    at: datetime
    actor: str
    role: Role
    lpas: frozenset[str] | None
    person: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an officer or of a person who was opened; nothing known, nothing compared."""

    surname: str | None = None
    postcode: str | None = None
    lpa: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """One reason of one officer: `k` of `n` look-ups, `peers_k` of `peers_n` by colleagues of the same role.

    `surprise` is −log10 of the chance of at least `k`, were the officer like the colleagues.
    """

    reason: Reason
    k: int
    n: int
    peers_k: int
    peers_n: int
    surprise: float
    seqs: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Unusual:
    """An officer who stands out, the strongest reason first."""

    actor: str
    role: Role
    look_ups: int
    score: float
    reasons: tuple[Count, ...]


def ranked(
    look_ups: Sequence[LookUp],
    *,
    officers: Mapping[str, Known] | None = None,
    persons: Mapping[str, Known] | None = None,
    shifts: Mapping[str, Sequence[tuple[datetime, datetime]]] | None = None,
    top: int = 5,
) -> list[Unusual]:
    """Return the officers who stand out most, at most `top`.

    Parameters
    ----------
    look_ups
        In any order.
    officers, persons
        What is known, by identifier; reasons that need what is not given are left out, for everybody alike.
    shifts
        Local beginnings and ends by officer; an officer without any is not compared by them.
    """
    officers, persons, shifts = officers or {}, persons or {}, shifts or {}
    again = _returns(look_ups)
    tests: dict[Reason, Callable[[LookUp], bool | None]] = {
        Reason.SAME_SURNAME: lambda one: _same(officers, persons, one, "surname"),
        Reason.SAME_POSTCODE: lambda one: _same(officers, persons, one, "postcode"),
        Reason.OUT_OF_AREA: lambda one: _elsewhere(one, persons),
        Reason.OFF_SHIFT: lambda one: _off_shift(one, shifts.get(one.actor)),
        Reason.REPEATED: lambda one: one.seq in again,
    }
    roles = {one.actor: one.role for one in look_ups}
    made: dict[str, int] = defaultdict(int)
    for one in look_ups:
        made[one.actor] += 1
    counts: dict[str, list[Count]] = defaultdict(list)
    for reason, test in tests.items():
        for actor, count in _counted(reason, test, look_ups):
            counts[actor].append(count)
    found = []
    for actor, own in counts.items():
        reasons = tuple(sorted((count for count in own if count.surprise >= UNUSUAL), key=lambda c: -c.surprise))
        if reasons:
            score = sum(count.surprise for count in reasons)
            found.append(Unusual(actor, roles[actor], made[actor], score, reasons))
    return sorted(found, key=lambda one: (-one.score, one.actor))[:top]


def at_least(k: int, n: int, p: float) -> float:
    """Return the chance of k or more successes in n trials of probability p (exact binomial tail)."""
    if k <= 0:
        return 1.0
    if p <= 0.0 or k > n:
        return 0.0
    if p >= 1.0:
        return 1.0
    logs = [
        math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log1p(-p)
        for i in range(k, n + 1)
    ]
    most = max(logs)
    return min(1.0, math.exp(most) * sum(math.exp(one - most) for one in logs))


def _counted(
    reason: Reason, test: Callable[[LookUp], bool | None], look_ups: Iterable[LookUp]
) -> Iterable[tuple[str, Count]]:
    """Yield each officer's count of a reason beside that of the colleagues, the officer's own left out."""
    hits: dict[str, list[int]] = defaultdict(list)
    judged: dict[str, int] = defaultdict(int)
    roles: dict[str, Role] = {}
    for one in look_ups:
        outcome = test(one)
        if outcome is None:
            continue
        roles[one.actor] = one.role
        judged[one.actor] += 1
        if outcome:
            hits[one.actor].append(one.seq)
    role_k: dict[Role, int] = defaultdict(int)
    role_n: dict[Role, int] = defaultdict(int)
    for actor, role in roles.items():
        role_k[role] += len(hits[actor])
        role_n[role] += judged[actor]
    for actor, role in roles.items():
        k, n = len(hits[actor]), judged[actor]
        if not k:
            continue
        peers_k, peers_n = role_k[role] - k, role_n[role] - n
        if not peers_n:
            continue
        rate = (peers_k + 1) / (peers_n + 2)
        chance = at_least(k, n, rate)
        surprise = -math.log10(chance) if chance > 0 else 300.0
        yield actor, Count(reason, k, n, peers_k, peers_n, surprise, tuple(sorted(hits[actor])))


def _returns(look_ups: Iterable[LookUp]) -> set[int]:
    """Return which look-ups opened a person whom the officer had opened on several days before."""
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    found = set()
    for one in sorted(look_ups, key=lambda one: (one.at, one.seq)):
        seen, on = days[(one.actor, one.person)], one.at.date()
        if len(seen - {on}) >= DAYS_BEFORE_A_RETURN:
            found.add(one.seq)
        seen.add(on)
    return found


def _same(officers: Mapping[str, Known], persons: Mapping[str, Known], one: LookUp, what: str) -> bool | None:
    ours = getattr(officers.get(one.actor), what, None)
    theirs = getattr(persons.get(one.person), what, None)
    return None if not ours or not theirs else _folded(ours) == _folded(theirs)


def _elsewhere(one: LookUp, persons: Mapping[str, Known]) -> bool | None:
    known = persons.get(one.person)
    if known is None or known.lpa is None or one.lpas is None:
        return None
    return known.lpa not in one.lpas


def _off_shift(one: LookUp, shifts: Sequence[tuple[datetime, datetime]] | None) -> bool | None:
    if not shifts:
        return None
    return not any(begin <= one.at <= end for begin, end in shifts)


def _folded(text: str) -> str:
    return "".join(text.casefold().split())
