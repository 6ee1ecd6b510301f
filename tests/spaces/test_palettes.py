"""Some of the elements, one range for all: the same distribution as the sampler of cells."""

import numpy as np
import pytest
from scipy.stats import chisquare, ks_2samp

from quinary.spaces import sample
from quinary.spaces.limits import SiteLimits, SpaceLimits
from quinary.spaces.palettes import palette_sizes

NINE = ("Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "V", "W", "Zr")
SPACES = {
    "five of nine": SpaceLimits.alloy(NINE, n_components=(5, 5)),
    "three to five, at least 5 %": SpaceLimits((SiteLimits(NINE[:6], n_components=(3, 5), smallest=0.05),), 0.05),
    "one to three": SpaceLimits.alloy(NINE[:4], n_components=(1, 3), step=0.1),
    "at most 40 %": SpaceLimits.alloy(NINE[:6], dict.fromkeys(NINE[:6], (0, 0.4)), (3, 4), step=0.05),
}


@pytest.mark.parametrize("name", SPACES)
def test_same_distribution_as_the_sampler_of_cells(name, monkeypatch):
    limits = SPACES[name]
    points = sample.sample(limits, 20_000, 5)
    monkeypatch.setattr(sample, "_quick_sample", lambda *_: None)
    cells = sample.sample(limits, 20_000, 6)
    assert limits.allows(points).all()
    np.testing.assert_allclose(points.sum(axis=1), 1.0, atol=1e-14)
    sizes = [np.bincount((values > 0).sum(axis=1), minlength=10) for values in (points, cells)]
    assert np.abs(sizes[0] - sizes[1]).max() < 5 * np.sqrt(20_000)
    for extreme in (np.nanmax, np.nanmin):
        ours, theirs = (extreme(np.where(values > 0, values, np.nan), axis=1) for values in (points, cells))
        assert ks_2samp(ours, theirs).pvalue > 1e-4
    for column in range(3):
        assert ks_2samp(points[:, column], cells[:, column]).pvalue > 1e-4


def test_every_palette_is_as_likely():
    points = sample.sample(SPACES["five of nine"], 50_000, 1)
    palettes = np.unique((points > 0) @ (1 << np.arange(9)), return_counts=True)[1]
    assert len(palettes) == 126
    assert chisquare(palettes).pvalue > 1e-4


def test_rows_are_mixed():
    points = sample.sample(SPACES["three to five, at least 5 %"], 4_000, 1)
    n_present = (points > 0).sum(axis=1)
    assert abs(n_present[:2_000].mean() - n_present[2_000:].mean()) < 0.1


@pytest.mark.parametrize(
    "site",
    [
        SiteLimits(NINE, {"W": (0, 0.3)}, (3, 5)),
        SiteLimits(NINE[:3], dict.fromkeys(NINE[:3], (0.2, 0.5)), (3, 3)),
        SiteLimits(NINE[:2], dict.fromkeys(NINE[:2], (0, 0.5)), (1, 2)),
        SiteLimits(NINE[:4], dict.fromkeys(NINE[:4], (0, 0.26)), (1, 3)),
    ],
    ids=["ranges differ", "obligatory", "a point", "empty"],
)
def test_what_is_left_to_the_sampler_of_cells(site):
    assert palette_sizes(site, 0.01) == {}
