"""What other papers report as well is doubted less, and no repair of it is suggested."""

import pytest

from quinary.curation.confirmation import confirming_papers, weight_in_favour
from quinary.curation.dataset import Dataset
from quinary.curation.examine import examine
from quinary.curation.finding import by_mistake, strongest

HEAD = "formula,HV,doi"


def test_papers_that_have_the_alloy_or_much_the_same_value_confirm_it(points_of):
    rows = [
        "CoCrFeNi,140,10.1000/a",
        "CoCrFeNi,145,10.1000/b",
        "Co25Cr25Fe25Ni25,300,10.1000/c",
        "CoCrFeNi,140,10.1000/d",
    ]
    data = Dataset.of(points_of(HEAD, *rows))
    place = next(n for n, point in enumerate(data.entries[0].points) if point.property == "hardness_vickers")
    found = confirming_papers(data, [(0, None), (0, place), (2, place)])
    assert found == {(0, None): 3, (0, place): 1}  # the same value to the last digit is a copy, and confirms nothing


def test_more_papers_weigh_no_less():
    weights = [weight_in_favour(n) for n in range(5)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 0


@pytest.mark.physics
@pytest.mark.parametrize("n_others", [0, 2])
def test_a_published_eutectic_alloy_is_no_slip(points_of, n_others):
    """AlCoCrFeNi2.1 is right as it stands (Lu 2014, 10.1038/srep06200), though most of its family has Ni = 1."""
    family = [f"{metal}CoCrFeNi,FCC,10.1000/a" for metal in ("Al", "Al0.5", "Al0.3", "Al0.1", "Al0.7", "Al0.9")]
    rows = [*family, "AlCoCrFeNi2.1,FCC,10.1000/a"]
    rows += [f"AlCoCrFeNi2.1,FCC,10.1000/other{n}" for n in range(n_others)]
    found = [one for one in examine(points_of("formula,phases,doi", *rows)) if one.formula == "AlCoCrFeNi2.1"]
    assert any(one.repair for one in found) == (n_others == 0)
    assert any(one.severity != "notice" for one in found) == (n_others == 0)


def test_one_doubted_alloy_is_one_row_whatever_its_lines(points_of):
    family = [f"{metal}CoCrFeNi,FCC,10.1000/{p}" for p in "ab" for metal in ("Al", "Al0.5", "Al0.3", "Al0.1", "Al0.7")]
    rows = [*family, "AlCoCrFeNi2.1,FCC,10.1000/a", "AlCoCrFeNi2.1,FCC,10.1000/b"]
    found = [one for one in examine(points_of("formula,phases,doi", *rows)) if one.formula == "AlCoCrFeNi2.1"]
    assert len(found) == 2
    assert [len(group) for group in by_mistake(found)] == [2]


def test_a_slip_comes_before_what_is_only_probably_wrong(points_of):
    rows = [f"Al{0.1 + 0.02 * n:.2f}CoCrFeNi,{300 + n},10.1000/{n}" for n in range(60)]
    rows[7] = rows[7].replace(",307,", ",3070,")
    rows += ["Fe40 Ni30 Cr35,200,10.1000/x", "Fe40 Ni20 Cr40,200,10.1000/x", "Fe40 Ni35 Cr25,200,10.1000/x"]
    first = examine(points_of(HEAD, *rows))[0]
    assert (first.line, first.is_slip) == (9, True)
    assert first.repair["value"] == pytest.approx(307 * 9.80665e-3, rel=1e-6)
    assert strongest([first]) == [first]
