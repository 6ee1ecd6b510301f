"""How urgent a void is, and the words for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.materials.needs import Need, StandIn, urgency
from quinary.materials.policy import Want
from quinary.materials.voids import Void
from quinary.points.point import Origin

stand_ins = st.none() | st.builds(StandIn, st.floats(0.1, 100), st.none() | st.floats(0, 100))


@given(st.integers(0, 100), stand_ins, st.integers(0, 100))
def test_more_candidates_raise_and_more_knowledge_lowers_it(n_known, stand_in, n_candidates):
    found = urgency(n_known, stand_in, n_candidates)
    assert urgency(n_known, stand_in, n_candidates + 1) >= found
    assert urgency(n_known + 1, stand_in, n_candidates) <= found
    assert urgency(n_known, None, n_candidates) >= found >= 0


def test_known_values():
    assert urgency(0, None, 0) == 1
    assert urgency(3, StandIn(10.0, 2.0), 1) == pytest.approx(0.2 * 2 / 2)
    assert StandIn(0.0, 1.0).spread == 1
    assert StandIn(2.0, None).spread == 0.5


def test_the_reason_names_all_that_counts():
    want = Want("hardness_vickers", Origin.LITERATURE, ("",), "reported", "alloy", 2)
    void = Void("Mo1 Nb1 |  | ", "hardness_vickers", "", Origin.LITERATURE, 2)
    need = Need(void, want, "MoNb", "Mo-Nb", 2, StandIn(4.0, 1.0), 3)
    assert need.reason == (
        "priority 2: wanted of every reported alloy; known for 2 others of Mo-Nb; the prediction that stands in is "
        "4 ± 1 GPa (25 %); 3 candidates of Mo-Nb depend on it"
    )
    empty = Need(void, want, "MoNb", "Mo-Nb", 0, None, 0)
    assert empty.reason.endswith("known for no material of Mo-Nb; no prediction stands in")
