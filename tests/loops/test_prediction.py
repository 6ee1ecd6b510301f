"""The prediction loop on ceramics beside alloys."""

import pytest

from quinary.loops.literature.importing import import_source
from quinary.loops.prediction import fill_predictions
from quinary.materials.policy import default_policy
from quinary.points.point import Origin
from quinary.store.work.bookkeeping import failures

ROWS = """formula,hardness (GPa),structure
MoNbTaW,4.46,BCC
(HfNbTaTiZr)C,25.0,
(TiZr)B2,20.0,
(LaSr)(MnCo)O3,10.0,
"""


@pytest.fixture
def mixed(database, tmp_path):
    path = tmp_path / "mixed.csv"
    path.write_text(ROWS, encoding="utf-8")
    import_source(database, str(path))
    return database


def test_ceramics_get_predictions_of_their_own_and_failures_where_there_are_none(mixed, points):
    wanted = {
        want.property for want in default_policy().wants if want.origin is Origin.PREDICTION and want.kind == "ceramic"
    }
    report = fill_predictions(mixed, default_policy())
    assert (report.n_failed, report.n_impossible) == (0, len(wanted))
    found = {}
    for point in points(mixed):
        if point.origin is Origin.PREDICTION:
            found.setdefault(point.material.composition.formula, {})[point.property] = point
    assert set(found) == {"MoNbTaW", "(HfNbTaTiZr)C", "(TiZr)B2"}
    assert set(found["(HfNbTaTiZr)C"]) == wanted == set(found["(TiZr)B2"])
    assert "price" in found["MoNbTaW"]
    hardness = found["(HfNbTaTiZr)C"]["hardness_vickers"]
    assert "load-free" in hardness.detail
    assert hardness.source.name == "tian"
    assert found["(TiZr)B2"]["bulk_modulus"].lineage["in_domain"] == 0
    with mixed.read() as connection:
        reasons = {row["reason"] for row in failures(connection)}
    assert reasons == {"it has 2 cation sublattices, and the predictors of ceramics are for one"}
    assert fill_predictions(mixed, default_policy()).n_added == 0
