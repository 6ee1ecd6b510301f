from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.errors import ImpossibleRequestError, InputError
from quinary.spaces.limits import SiteLimits, SpaceLimits
from quinary.spaces.project import nearest

BruteForce = Callable[[SpaceLimits], np.ndarray]

NINE = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W")


@settings(max_examples=60)
@given(st.from_type(SpaceLimits), st.integers(0, 10**6), st.sampled_from(["squares", "absolute"]))
def test_no_lattice_point_is_nearer(brute_force: BruteForce, limits: SpaceLimits, seed: int, norm: str) -> None:
    points = brute_force(limits) / limits.n_steps
    rng = np.random.default_rng(seed)
    wanted = np.concatenate(
        [rng.dirichlet(np.ones(points.shape[1]), 20), rng.uniform(-0.5, 1.5, (20, points.shape[1]))]
    )
    if not len(points):
        with pytest.raises(ImpossibleRequestError, match="no composition meets these limits together: "):
            nearest(limits, wanted, norm)
        return

    def distance(differences: np.ndarray) -> np.ndarray:
        return (differences**2 if norm == "squares" else np.abs(differences)).sum(axis=-1)

    found = nearest(limits, wanted, norm)
    assert limits.allows(found).all()
    best = distance(points[None] - wanted[:, None]).min(axis=1)
    np.testing.assert_allclose(distance(found - wanted), best, atol=1e-9)


def test_lattice_points_stay_and_weighable_limits_hold() -> None:
    limits = SpaceLimits((SiteLimits(NINE, {"Ti": (0.1, 0.35)}, (3, 6), smallest=0.005),), step=1e-4)
    wanted = np.random.default_rng(1).dirichlet(np.full(9, 0.5), 2000)
    found = nearest(limits, wanted)
    assert limits.allows(found).all()
    np.testing.assert_array_equal(nearest(limits, found), found)
    np.testing.assert_array_equal(np.rint(found * 10_000) / 10_000, found)


def test_wrong_input_is_refused() -> None:
    limits = SpaceLimits.alloy(("Ti", "V"))
    with pytest.raises(InputError, match="finite fractions of Ti, V"):
        nearest(limits, np.array([[0.2, np.nan]]))
    with pytest.raises(InputError, match="unknown norm"):
        nearest(limits, np.array([[0.2, 0.8]]), "cubes")  # type: ignore[arg-type]
