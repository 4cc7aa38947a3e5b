"""Invented names: put together from syllables, so that no real street, river or person is meant."""

from collections.abc import Sequence
from itertools import product

import numpy as np

STREET_HEADS = (
    *("Vost", "Quar", "Drub", "Yelv", "Morv", "Skel", "Brind", "Zan", "Thrix", "Plim", "Ollm", "Gask", "Ferv", "Wexl"),
    *("Crov", "Hask", "Jorv", "Nurl", "Pask", "Rudd", "Stov", "Tamb", "Ulv", "Virr", "Wenz", "Aksh", "Blov", "Dask"),
    *("Enz", "Frim", "Glav", "Hoxt", "Ikl", "Krum", "Luv", "Mazz", "Nev", "Orv", "Prux", "Quell", "Razz", "Snev"),
)
STREET_TAILS = (
    *("rel", "ander", "ock", "ibar", "umber", "ister", "anga", "ery", "olm", "ish", "avel", "enk", "orby", "udge"),
    *("ilver", "ostra", "umet", "eval", "indra", "okka", "asper", "uthin", "emble", "izzen", "olt", "arrow", "eska"),
    *("urn", "ivane", "oxley", "adine", "ebury"),
)
FAMILY_HEADS = ("Vast", "Quor", "Zell", "Brax", "Thim", "Osk", "Pell", "Gryn", "Marv", "Drax", "Fenk", "Jask", "Wuld")
FAMILY_TAILS = (
    *(
        "erby",
        "imere",
        "onder",
        "ackle",
        "iston",
        "evane",
        "uddle",
        "arden",
        "owick",
        "enfold",
        "ottle",
        "isk",
        "ambry",
    ),
    *("ulthorn", "ezzer", "ivant", "okely", "umble", "antry", "olver", "eskin", "ardle", "omsey", "ickett"),
)
GIVEN_HEADS = (
    "Quill",
    "Zev",
    "Bron",
    "Tam",
    "Ori",
    "Lys",
    "Vel",
    "Jex",
    "Mar",
    "Pax",
    "Sol",
    "Wyn",
    "Dru",
    "Ket",
    "Ili",
)
GIVEN_TAILS = (
    "on",
    "ara",
    "ix",
    "ette",
    "wyn",
    "ador",
    "elle",
    "us",
    "ani",
    "oth",
    "ira",
    "eph",
    "une",
    "ask",
    "olo",
    "ea",
)
VENUE_HEADS = (
    "The Crooked",
    "The Gilded",
    "The Painted",
    "The Hollow",
    "The Silver",
    "The Drowsy",
    "The Brazen",
    "The Seventh",
)
VENUE_TAILS = (
    *(
        "Quillon",
        "Wyvernel",
        "Brambard",
        "Oxlip",
        "Zephyr",
        "Tankerel",
        "Marrowby",
        "Fennock",
        "Gryphet",
        "Cobbler Moon",
    ),
    *("Ferrago", "Lanternel", "Otterby", "Kestrick", "Humbrel", "Pikestaff", "Thimbrel", "Vixenor"),
)
RIVER_TAILS = ("wen", "ith", "ane", "isk", "ole", "une", "ask", "erne")


def stems(heads: Sequence[str], tails: Sequence[str]) -> list[str]:
    """Return every word that one head and one tail make, in a settled order."""
    return [head + tail for head, tail in product(heads, tails)]


def street_stems(rng: np.random.Generator, size: int) -> list[str]:
    """Draw names for streets; a stem comes again only when all have been used."""
    words = stems(STREET_HEADS, STREET_TAILS)
    rounds = [rng.permutation(len(words)) for _ in range(size // len(words) + 1)]
    return [words[i] for i in np.concatenate(rounds)[:size]]


def venue_names(rng: np.random.Generator, size: int) -> list[str]:
    """Draw names for public houses and clubs."""
    words = [f"{head} {tail}" for head, tail in product(VENUE_HEADS, VENUE_TAILS)]
    return [words[i] for i in rng.integers(len(words), size=size)]


def river_names(rng: np.random.Generator, size: int) -> list[str]:
    """Draw different names for rivers."""
    words = stems(STREET_HEADS, RIVER_TAILS)
    return [f"River {words[i]}" for i in rng.permutation(len(words))[:size]]


def people_names(rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw family and given names for people; two people may share a name, as people do."""
    families = np.array(stems(FAMILY_HEADS, FAMILY_TAILS), dtype=object)
    givens = np.array(stems(GIVEN_HEADS, GIVEN_TAILS), dtype=object)
    return families[rng.integers(len(families), size=size)], givens[rng.integers(len(givens), size=size)]
