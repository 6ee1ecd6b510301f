"""Requests about properties without slopes: met, within every limit, by seed, and honestly refused."""

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import as_matrix
from quinary.errors import ImpossibleRequestError
from quinary.inverse.engine.designer import Designer
from quinary.inverse.engine.rough_search import is_rough
from quinary.inverse.ranking import first_fronts
from quinary.loops.known_materials import known_alloys
from quinary.plugins.sockets import PredictionTask
from quinary.points.quantity import quantity_named
from quinary.prediction import packaged_service
from quinary.requests.forms import Linear, Numerical
from quinary.requests.request import Limits, Request, Seed

PALETTE = ("Cr", "Mo", "Nb", "Ta", "Ti", "V", "W")


@pytest.fixture(scope="module")
def designer():
    known = known_alloys(None)
    return Designer(known, known)


def values(name, candidates):
    task = PredictionTask(as_matrix([one.composition for one in candidates]))
    return packaged_service().values(quantity_named(name), task)


def test_what_is_rough():
    assert is_rough(Numerical(lambda x: x[:, 0], 0.01))
    assert not is_rough(Numerical(lambda x: x[:, 0]))
    assert not is_rough(Linear(np.ones(2)))


def test_several_wishes_under_conditions_with_a_class_and_limits_at_once(designer):
    wish = Request(
        targets={"phases": "BCC"},
        ranges={
            "yield_strength@temperature=1273": (400.0, np.inf),
            "hardness_vickers": (4.5, 6.5),
            "density": (0.0, 11.0),
        },
        limits=Limits(PALETTE, fractions={"Cr": (0.0, 0.2)}, n_components=(3, 5), step=0.01),
    )
    found = designer.design(wish, 5, generator="random", seed=3)
    assert len({one.composition.formula for one in found}) == 5
    assert (values("yield_strength@temperature=1273", found) >= 400.0).all()
    assert ((values("hardness_vickers", found) >= 4.5) & (values("hardness_vickers", found) <= 6.5)).all()
    assert (values("density", found) <= 11.0).all()
    assert (values("phases=BCC", found) > 0.5).all()
    for one in found:
        fractions = one.composition.cations
        assert 3 <= len(fractions) <= 5
        assert fractions.get("Cr", 0.0) <= 0.2
        assert all(abs(x * 100 - round(x * 100)) < 1e-9 for x in fractions.values())
        assert set(one.properties) >= {"phases=BCC", "yield_strength@temperature=1273", "hardness_vickers", "density"}
        assert 0.0 < one.probability < 1.0
    assert designer.design(wish, 5, generator="random", seed=3) == found  # the same seed


def test_an_objective_is_better_than_what_chance_finds(designer):
    found = designer.design(Request(maximize=("hardness_vickers",), limits=Limits(PALETTE)), 3, generator="random")
    reached = values("hardness_vickers", found)
    assert (np.diff(reached) <= 1e-12).all()  # best first
    chance = np.random.default_rng(0).dirichlet(np.full(len(PALETTE), 0.5), 2000)
    by_chance = [Composition.alloy(dict(zip(PALETTE, row, strict=True))) for row in chance]
    task = PredictionTask(as_matrix(by_chance))
    assert reached[-1] >= packaged_service().values(quantity_named("hardness_vickers"), task).max()
    assert all(one.properties["hardness_vickers"].in_domain for one in found)


def test_a_wish_that_nothing_meets_is_refused_without_claiming_a_proof(designer):
    wish = Request(ranges={"hardness_vickers": (60.0, np.inf)}, limits=Limits(("Mo", "Nb", "Ta")))
    with pytest.raises(ImpossibleRequestError, match="found 0 of 2 new compositions") as caught:
        designer.design(wish, 2, generator="random")
    assert caught.value.evidence["certain"] is False
    assert set(caught.value.evidence["composition"]) <= {"Mo", "Nb", "Ta"}
    assert "the nearest" in caught.value.message


def test_what_is_smooth_in_the_request_is_still_proven_impossible(designer):
    wish = Request(ranges={"hardness_vickers": (3.0, np.inf), "density": (0.0, 4.0)}, limits=Limits(("Mo", "Ta", "W")))
    with pytest.raises(ImpossibleRequestError, match="density <= 4 cannot be reached") as caught:
        designer.design(wish, 1, generator="random")
    assert caught.value.evidence["certain"] is True


def test_what_must_be_new_is_looked_for_far_from_what_is_known(designer):
    limits = Limits(PALETTE)
    found = designer.design(
        Request(ranges={"hardness_vickers": (5.0, np.inf)}, novelty=0.3, limits=limits), 5, generator="random"
    )
    assert len(found) == 5
    assert min(one.novelty for one in found) >= 0.3 - 1e-9
    assert (values("hardness_vickers", found) >= 5.0).all()


def test_near_a_material_it_stays(designer):
    wish = Request(maximize=("hardness_vickers",), seed=Seed("MoNbTa", 0.2), limits=Limits(PALETTE))
    found = designer.design(wish, 5, generator="random")
    origin = np.array([1 / 3 if symbol in {"Mo", "Nb", "Ta"} else 0.0 for symbol in PALETTE])
    far = [np.abs(as_matrix([one.composition], PALETTE).fractions[0] - origin).sum() / 2 for one in found]
    assert max(far) <= 0.2 + 1e-9


def test_of_two_objectives_the_whole_front_is_offered(designer):
    def best(**objectives):
        return designer.design(Request(limits=Limits(PALETTE), **objectives), 6, generator="random")

    both = best(maximize=("hardness_vickers",), minimize=("density",))
    costs = np.column_stack([-values("hardness_vickers", both), values("density", both)])
    assert (first_fronts(costs) == 0).all()  # none is beaten by another
    lightest = values("density", best(minimize=("density",))).min()
    hardest = values("hardness_vickers", best(maximize=("hardness_vickers",))).max()
    assert costs[:, 1].min() <= lightest * 1.15
    assert -costs[:, 0].min() >= hardest * 0.95
    assert np.ptp(costs[:, 1]) > 2.0  # g/cm3: from light to hard
