"""The map's scale reads in one direction for every eye, and in grey print."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rasure.web.theme import DARK, LIGHT, Palette

#: Full colour-vision deficiencies on linear RGB, from Machado, Oliveira and Fernandes (2009), severity 1.
EYES = {
    "usual": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "grey print": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}
#: Two colours that differ by less are hard to tell apart side by side; about 2 is the least seen at all.
LEAST_STEP = 7.0


def _linear(colour: str) -> NDArray[np.float64]:
    value = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    ratio = np.clip(xyz / [0.9505, 1.0, 1.089], 0, None)
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _seen(palette: Palette, eye: str) -> NDArray[np.float64]:
    return np.array([_lab(np.clip(EYES[eye] @ _linear(colour), 0, 1)) for colour in palette.sequential])


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
class TestTheScaleOfTheMap:
    def test_it_runs_from_light_to_dark_or_dark_to_light_without_turning(self, palette: Palette, eye: str) -> None:
        steps = np.diff(_seen(palette, eye)[:, 0])
        assert (steps < 0).all() or (steps > 0).all()

    def test_neighbouring_classes_can_be_told_apart(self, palette: Palette, eye: str) -> None:
        seen = _seen(palette, eye)
        assert np.linalg.norm(np.diff(seen, axis=0), axis=1).min() >= LEAST_STEP


def test_the_check_would_notice_red_and_green() -> None:
    red_green = [_lab(np.clip(EYES["deutan"] @ _linear(colour), 0, 1)) for colour in ("#c46a5a", "#8f8f3c")]
    usual = [_lab(_linear(colour)) for colour in ("#c46a5a", "#8f8f3c")]
    assert np.linalg.norm(red_green[0] - red_green[1]) < 0.5 * np.linalg.norm(usual[0] - usual[1])
