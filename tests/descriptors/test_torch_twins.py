"""The torch functions against the numpy ones, their gradients against differences, and the faces of the simplex."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.matrix import CompositionMatrix
from quinary.descriptors.formulas import ALLOY_DESCRIPTORS, alloy_descriptors
from quinary.descriptors.torch_twins import TORCH_DESCRIPTORS, TorchDescriptors
from quinary.errors import InputError
from quinary.plugins.registry import predictor_of
from quinary.plugins.sockets import PredictionTask

torch.set_num_threads(1)
ELEMENTS = ("Al", "Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "W", "Zr")
TWINS = TorchDescriptors(ELEMENTS)


def in_numpy(fractions, elements=ELEMENTS):
    """The same names from the numpy descriptors and the predictors."""
    matrix = CompositionMatrix(elements, fractions)
    described = alloy_descriptors(matrix, [name for name in TORCH_DESCRIPTORS if name in ALLOY_DESCRIPTORS])
    task = PredictionTask(matrix)
    predicted = {
        name: predictor_of(name).predict(name, task).values for name in TORCH_DESCRIPTORS if name not in described
    }
    return {**described, **predicted}


@st.composite
def compositions(draw):
    """Rows with three to nine elements, so most have exact zeros."""
    amounts = draw(
        st.lists(
            st.lists(st.integers(0, 50), min_size=9, max_size=9).filter(lambda row: sum(x > 0 for x in row) > 2),
            min_size=1,
            max_size=5,
        )
    )
    rows = np.array(amounts, dtype=float)
    return rows / rows.sum(axis=1, keepdims=True)


@given(compositions())
@settings(max_examples=30)
def test_equal_to_numpy(fractions):
    expected = in_numpy(fractions)
    for name, values in TWINS(torch.tensor(fractions)).items():
        np.testing.assert_allclose(values.numpy(), expected[name], rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("name", [name for name in TORCH_DESCRIPTORS if name in ALLOY_DESCRIPTORS])
def test_gradient_is_that_of_numpy(name):
    fractions = np.random.default_rng(0).dirichlet(np.ones(9), 6) * 0.9 + 0.1 / 9
    wanted = torch.tensor(fractions, requires_grad=True)
    (found,) = torch.autograd.grad(TorchDescriptors(ELEMENTS, [name])(wanted)[name].sum(), wanted)
    step = 1e-6
    for index in range(len(ELEMENTS)):
        sides = [fractions.copy(), fractions.copy()]
        sides[0][:, index] += step
        sides[1][:, index] -= step
        up, down = (alloy_descriptors(CompositionMatrix(ELEMENTS, side), [name])[name] for side in sides)
        slope = (up - down) / (2 * step)
        np.testing.assert_allclose(found[:, index].numpy(), slope, rtol=1e-5, atol=1e-5 * np.abs(up).max())


@pytest.mark.parametrize("name", TORCH_DESCRIPTORS)
def test_gradient_is_that_of_differences_in_torch(name):
    twins = TorchDescriptors(ELEMENTS, [name])
    fractions = torch.tensor(np.random.default_rng(1).dirichlet(np.full(9, 3.0), 3), requires_grad=True)
    assert torch.autograd.gradcheck(lambda c: twins(c)[name], (fractions,), eps=1e-7, atol=1e-3, rtol=1e-3)


def test_gradients_are_finite_on_every_face():
    faces = np.zeros((4, 9))
    faces[0, 3] = 1.0  # pure Mo
    faces[1, [3, 4]] = 0.5  # Mo-Nb
    faces[2, [4, 5]] = 0.5  # Nb-Ta: equal radii, no mixing enthalpy
    faces[3, :5] = 0.2
    for name in TORCH_DESCRIPTORS:
        fractions = torch.tensor(faces, requires_grad=True)
        values = TWINS(fractions)[name]
        (slope,) = torch.autograd.grad(values.sum(), fractions)
        assert torch.isfinite(slope).all(), name
        np.testing.assert_array_equal(values.detach().isfinite().numpy(), np.isfinite(in_numpy(faces)[name]), name)


def test_slope_into_a_face_is_right_for_what_is_smooth():
    """Adding W to Mo-Nb raises the density by dV-weighted amounts; compared with a one-sided difference."""
    edge = np.zeros((1, 9))
    edge[0, [3, 4]] = 0.5
    fractions = torch.tensor(edge, requires_grad=True)
    (slope,) = torch.autograd.grad(TWINS(fractions)["density"].sum(), fractions)
    more = edge.copy()
    more[0, 7] += 1e-7
    difference = (in_numpy(more)["mixture_density"] - in_numpy(edge)["mixture_density"])[0] / 1e-7
    assert slope[0, 7].item() == pytest.approx(difference, rel=1e-5)


def test_single_precision_and_second_lattice():
    fractions = torch.full((2, 9), 1 / 9, dtype=torch.float32)
    found = TWINS(fractions)
    assert {values.dtype for values in found.values()} == {torch.float32}
    bcc, fcc = (TorchDescriptors(("Ti", "Zr"), ["shear_modulus"], lattice=lattice) for lattice in ("bcc", "fcc"))
    half = torch.full((1, 2), 0.5, dtype=torch.float64)
    assert bcc(half)["shear_modulus"].item() != fcc(half)["shear_modulus"].item()


@pytest.mark.physics
def test_known_answers_of_monbtaw():
    """Rice toughness .5342 MPa m^0.5 and D 2.5423 with the 2021 table, VEC 5.5 (10.1088/1361-648X/ac0195)."""
    twins = TorchDescriptors(("Mo", "Nb", "Ta", "W"), table="chong2021")
    found = {name: values.item() for name, values in twins(torch.full((1, 4), 0.25, dtype=torch.float64)).items()}
    assert found["fracture_toughness_rice"] == pytest.approx(0.534197, abs=1e-6)
    assert found["d_parameter"] == pytest.approx(2.5423, abs=1e-4)
    assert found["valence_electron_concentration"] == 5.5
    assert found["shear_modulus"] == pytest.approx(87.35)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: TorchDescriptors(("Mo",), ["omeg"]), "did you mean omega"),
        (lambda: TorchDescriptors(("Mo", "He"), ["atomic_size_mismatch"]), "no metallic radius.*for He"),
        (lambda: TorchDescriptors(("Mo", "He"), ["mixing_enthalpy"]), "no mixing enthalpy.*Mo with He"),
        (lambda: TorchDescriptors(("Mo", "He"), ["shear_modulus"]), "no shear modulus.*for He"),
        (lambda: TorchDescriptors(("Mo", "Nb"))(torch.ones(2, 3)), r"shape \(N, 2\): Mo, Nb"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(InputError, match=message):
        call()
