"""What was taken for granted in formulas is told once for each kind, with a number and an example."""

import pytest

from quinary import import_file, show
from quinary.errors import InputError
from quinary.services.describing import describe
from quinary.services.predicting import predict


@pytest.fixture
def table(tmp_path):
    rows = [
        "formula,hardness (HV)", "(VNbTa)95W5,500", "(VNb)90W10,510", "(VNb)90W10,512", "MoNbTaW,450",
        "C103,230", "Ti6Al7Nb,350",
    ]  # fmt: skip
    path = tmp_path / "table.csv"
    path.write_text("\n".join(rows))
    return path


def test_import_tells_each_kind_once(table, tmp_path):
    found = import_file(table, db=f"sqlite:///{tmp_path}/store.db")
    assert [note for note in found["notes"] if "formula" in note] == [
        "2 formulas, such as (VNbTa)95W5: amounts outside brackets taken as at.% (they sum to 100)",
        "1 formula, such as C103: known by name: C103 is C-103, mass percent Nb bal Hf 10 Ti 1 (UNS R04295; ASTM B654)",
    ]
    (refused,) = found["rejected"]
    assert "looks like mass percent: write `Ti-6Al-7Nb wt%`" in refused["reason"]
    assert found["added"] == 5


def test_a_unit_in_the_heading_is_what_counts(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("Composition (wt%),hardness (HV)\n(CoCrFeNi)95Nb5,200\n")
    found = import_file(path, db=f"sqlite:///{tmp_path}/store.db")
    assert found["added"] == 1
    assert not any("at.%" in note for note in found["notes"])


def test_show_describe_and_predict_say_it_too(table, tmp_path):
    place = f"sqlite:///{tmp_path}/store.db"
    import_file(table, db=place)
    note = "amounts outside brackets taken as at.% (they sum to 100)"
    assert show("(VNbTa)95W5", db=place)["notes"] == [note]
    assert describe(["(VNbTa)95W5", "MoNbTaW", {"Mo": 1}])["materials"][0]["notes"] == [note]
    assert describe("MoNbTaW")["materials"][0]["notes"] == []
    assert predict("(VNbTa)95W5", "density")["notes"] == [{"formula": "(VNbTa)95W5", "note": note}]


@pytest.mark.parametrize("ask", [describe, lambda formula: predict(formula, "density")])
def test_look_alikes_are_asked_about_in_every_verb(ask):
    with pytest.raises(InputError, match="looks like mass percent"):
        ask("Ti6Al7Nb")
