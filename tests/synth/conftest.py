"""One small and one larger synthetic force, and a store of the small one, made once for all tests of this folder."""

from pathlib import Path

import pytest

from rasure.services import demo
from rasure.settings import settings
from rasure.synth.build import SyntheticForce, generate
from rasure.synth.force import Force, Reference


@pytest.fixture(scope="session")
def reference() -> Reference:
    return demo.reference(settings().reference)


@pytest.fixture(scope="session")
def small(reference: Reference) -> SyntheticForce:
    """A twentieth of the force with a month of patrols."""
    return generate(Force(seed=11, scale=0.05, trial_days=30), reference)


@pytest.fixture(scope="session")
def larger(reference: Reference) -> SyntheticForce:
    """Enough of the force for its structure to show."""
    return generate(Force(seed=11, scale=0.4, trial_days=30), reference)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo store of a twentieth of the force."""
    root = tmp_path_factory.mktemp("demo") / "store"
    demo.build(root, seed=11, days=30, scale=0.05)
    return root
