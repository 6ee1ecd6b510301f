"""Each detector: what it must find, and what it must leave alone."""

import numpy as np
import pytest

from quinary.curation.dataset import Dataset
from quinary.curation.detectors import (
    amount_convention,
    calculated_value,
    chemical_outlier,
    composition_sum,
    conflict,
    constant_ratio,
    extreme_value,
    formula,
    label_conflict,
    low_entropy,
    near_duplicate,
    nearly_swapped,
    physics,
    re_reported,
    series_line,
    swapped_amounts,
    temperature_scale,
    typing_slip,
    unit_slip,
)
from quinary.curation.examine import detectors, examine
from quinary.curation.finding import Detector, Severity

SERIES = [f"Al{x}CoCrFeNi" for x in (0.1, 0.3, 0.5, 0.7, 0.9)]


def test_every_detector_keeps_the_protocol_and_has_a_name_of_its_own():
    known = detectors()
    assert all(isinstance(detector, Detector) and detector.source for detector in known)
    assert len({detector.name for detector in known}) == len(known) == 19


@pytest.mark.physics
@pytest.mark.parametrize(
    ("formula", "total"), [("Cr20 Mn25 Fe40 Ni15 Al14", "114"), ("Cr16 Fe16 Co16 Ni34.4 Al16", "98.4")]
)
def test_sums_that_pyqalloy_found(formulas, formula, total):
    """Real errors of published tables, from PyQAlloy's documentation."""
    (found,) = composition_sum.DETECTOR.suspicions(formulas(formula))
    assert f"sum to {total}, not 100" in found.evidence


@pytest.mark.physics
def test_a_balance_typed_as_one(formulas):
    """Hf3 Mo1 B14 Si10 of PyQAlloy's documentation: Mo should be 73."""
    (found,) = composition_sum.DETECTOR.suspicions(formulas("Hf3 Mo1 B14 Si10"))
    assert found.repair == {"formula": "Hf3 Mo73 B14 Si10"}


def test_right_sums_and_relative_amounts_are_left_alone(formulas, lines):
    data = formulas("Fe40 Ni30 Cr30", "Fe33.3 Ni33.3 Cr33.3", "CoCrFeNi", "Al0.5CoCrFeNi", "Fe0.4 Ni0.3 Cr0.3")
    assert lines(composition_sum.DETECTOR, data) == []


def test_brackets_count_as_one_amount(formulas, lines):
    assert lines(composition_sum.DETECTOR, formulas("(CoCrFeNi)89Ti14Al5", "(CoCrFeNi)89Ti6Al5")) == [2]


def test_the_amount_that_the_paper_types_elsewhere_is_the_repair(formulas):
    data = formulas("Fe40 Ni30 Cr35", "Fe40 Ni20 Cr40", "Fe35 Ni35 Cr30")
    (found,) = composition_sum.DETECTOR.suspicions(data)
    assert found.strength == 2
    assert found.repair is None or sum(map(float, _amounts(found.repair["formula"]))) == 100


def _amounts(formula):
    return [part.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") for part in formula.split()]


def test_one_formula_breaks_the_convention_of_its_paper(formulas, lines):
    assert lines(amount_convention.DETECTOR, formulas("Fe40Ni60", "Fe50Ni50", "Fe50Ni5")) == [4]
    assert lines(amount_convention.DETECTOR, formulas("Fe40Ni60", "Fe0.5Ni0.5", "Fe30Ni70")) == []


@pytest.mark.physics
def test_the_wang_2009_series(formulas, lines):
    """The series Ti0.5CrFeCoNiAl(x)Cu(1-x) with one wrong alloy: PyQAlloy rule 3; 10.1016/j.jallcom.2008.11.059."""
    series = [f"Ti0.5CrFeCoNiCu{1 - x}Al{x}" for x in (0.25, 0.5, 0.75)]
    data = formulas("Ti0.5CrFeCoNiCu0.5Al0.25", *series, "Ti0.5CrFeCoNiCu")
    assert lines(series_line.DETECTOR, data) == [2]
    assert lines(series_line.DETECTOR, formulas(*series, "Ti0.5CrFeCoNiCu")) == []


def test_a_ratio_that_only_one_alloy_breaks(formulas):
    (found,) = constant_ratio.DETECTOR.suspicions(formulas(*SERIES, "Al1.1CoCr10FeNi"))
    assert (found.entry.line, found.repair) == (7, {"formula": "Al1.1 Co1 Cr1 Fe1 Ni1"})
    assert list(constant_ratio.DETECTOR.suspicions(formulas(*SERIES))) == []


def test_swapped_amounts(dataset, lines):
    rows = ["Fe60Ni20Cr15Ti5,FCC,10.1000/a", "Fe60Ni15Cr20Ti5,FCC,10.1000/a", "Fe60Ni15Cr20Ti5,FCC,10.1000/b"]
    assert lines(swapped_amounts.DETECTOR, dataset("formula,phases,doi", *rows)) == [2]
    rows.append("Fe60Ni20Cr15Ti5,FCC,10.1000/c")  # two papers report each: nothing is swapped
    assert lines(swapped_amounts.DETECTOR, dataset("formula,phases,doi", *rows)) == []


def test_a_paper_that_permutes_its_amounts_swaps_nothing(formulas, lines):
    data = formulas("Fe60 Ni20 Cr10 Zr10", "Fe60 Ni10 Cr20 Zr10", "Fe60 Ni10 Cr10 Zr20")
    assert lines(swapped_amounts.DETECTOR, data) == []


def test_the_minor_element_of_all_others_is_the_major_one_here(dataset, lines):
    rows = ["AlFeCoNi0.2Mo,BCC,10.1000/a", "AlFeCoNiMo0.3,BCC,10.1000/b", "AlFeCoNiMo0.1,BCC,10.1000/c"]
    data = dataset("formula,phases,doi", *rows)
    found = max(nearly_swapped.DETECTOR.suspicions(data), key=lambda suspicion: suspicion.strength)
    assert found.entry.line == 2
    assert found.repair == {"formula": "Al1 Fe1 Co1 Ni1 Mo0.2"}
    rows.append("AlFeCoNi0.2Mo,BCC,10.1000/d")  # a second paper has it too
    assert not {2, 5} & set(lines(nearly_swapped.DETECTOR, dataset("formula,phases,doi", *rows)))


def test_a_bare_decimal_point_where_the_whole_file_writes_a_zero(formulas, lines):
    rows = [f"CoCrFeNiMo0.{n}" for n in range(101, 220)]
    assert lines(amount_convention.DETECTOR, formulas(*rows, "CoCrFeNiMo.03")) == [len(rows) + 2]


@pytest.mark.parametrize(
    ("typed", "meant", "is_near"),
    [
        ("225", "25", True),
        ("2", "20", True),
        ("15", "1.5", True),
        ("52", "25", True),
        ("25", "25", False),
        ("7", "25", False),
    ],
)
def test_one_key(typed, meant, is_near):
    assert typing_slip.is_one_key_away(typed, meant) is is_near
    assert typing_slip.is_one_key_away(meant, typed) is is_near


def test_a_key_that_restores_the_sum(formulas):
    (found,) = typing_slip.DETECTOR.suspicions(formulas("Fe2Ni30Cr25Co25"))
    assert found.repair == {"formula": "Fe20 Ni30 Cr25 Co25"}
    assert list(typing_slip.DETECTOR.suspicions(formulas("Fe20Ni30Cr25Co25"))) == []


def test_a_key_that_makes_it_another_alloy_of_the_paper(formulas):
    found = list(typing_slip.DETECTOR.suspicions(formulas("Al1.5CoCrFeNi", "Al1.5CoCrFeNi", "Al15CoCrFeNi")))
    assert [s.entry.line for s in found if s.strength >= 3] == [4]


def test_low_entropy(formulas):
    rng = np.random.default_rng(0)
    usual = [
        "".join(f"{s}{x:.2f}" for s, x in zip(("Co", "Cr", "Fe", "Ni"), row, strict=True))
        for row in rng.uniform(0.5, 1, (40, 4))
    ]
    found = {s.entry.line: s.strength for s in low_entropy.DETECTOR.suspicions(formulas(*usual, "CoCrFeNi10"))}
    assert max(found, key=found.get) == 42
    assert low_entropy.relative_entropy({"Co": 0.25, "Cr": 0.25, "Fe": 0.25, "Ni": 0.25}) == pytest.approx(1)


def test_near_duplicates(formulas, lines):
    assert lines(near_duplicate.DETECTOR, formulas("Fe20Ni80", "Fe50Ni50", "Fe50.1Ni49.9", "Fe80Ni20")) == [3, 4]
    assert lines(near_duplicate.DETECTOR, formulas("Fe20Ni80", "Fe50Ni50", "Fe80Ni20")) == []


@pytest.mark.physics
def test_neighbours_are_counted_in_l1(formulas, lines):
    """Two alloys at L1 = .5, L2 = .35 are apart at eps = .4; scikit-learn ignores `p` and joins them."""
    from sklearn.cluster import DBSCAN

    two = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25]])
    assert list(DBSCAN(eps=0.4, min_samples=2, p=1).fit_predict(two)) == [0, 0]
    assert list(DBSCAN(eps=0.4, min_samples=2, metric="manhattan").fit_predict(two)) == [-1, -1]
    near = [f"Co{20 + i}Cr20Fe20Ni{40 - i}" for i in range(22)]
    assert lines(chemical_outlier.DETECTOR, formulas(*near, "Hf3Mo73B14Si10")) == [24]


def hardness(n=60, seed=1):
    """Hardness that follows the composition with 3 % of scatter."""
    rng = np.random.default_rng(seed)
    return [
        (f"Al{x:.3f}CoCrFeNi", (1.5 + 4 * x) * (1 + 0.03 * e))
        for x, e in zip(rng.uniform(0, 1, n), rng.normal(size=n), strict=True)
    ]


def test_a_hardness_in_the_wrong_unit_is_explained_by_its_factor(dataset):
    rows = [f"{formula},{value:.4f},10.1000/{i // 6}" for i, (formula, value) in enumerate(hardness())]
    formula, value = hardness()[30]
    rows[30] = f"{formula},{value / 101.971621:.6f},10.1000/5"
    found = max(
        unit_slip.DETECTOR.suspicions(dataset("formula,hardness (GPa),doi", *rows)),
        key=lambda s: (s.strength, s.entry.line == 32),
    )
    assert found.entry.line == 32
    assert found.repair["value"] == pytest.approx(value, rel=0.02)
    assert "GPa typed as HV" in found.evidence


def test_extreme_values(dataset, lines):
    rows = [f"{formula},{value:.4f},10.1000/a" for formula, value in hardness()]
    assert lines(extreme_value.DETECTOR, dataset("formula,hardness (GPa),doi", *rows)) == []
    assert lines(extreme_value.DETECTOR, dataset("formula,hardness (GPa),doi", *rows, "CoCrFeNi,150,10.1000/a")) == [62]


@pytest.mark.parametrize(
    ("row", "is_doubted"),
    [
        ("CoCrFeNi,300,600,8.2,1.2", False),
        ("CoCrFeNi,600,300,8.2,2.2", True),  # yield above ultimate strength
        ("CoCrFeNi,300,600,4.2,1.2", True),  # the elements mix to 8.1 g/cm^3
        ("CoCrFeNi,300,600,8.2,12", True),  # hardness forty times the strength
    ],
)
def test_what_one_line_says_must_fit_together(dataset, row, is_doubted):
    data = dataset("formula,YS (MPa),UTS (MPa),density (g/cm^3),hardness (GPa)", row)
    assert bool(list(physics.DETECTOR.suspicions(data))) is is_doubted


def test_strength_does_not_rise_with_temperature(dataset, lines):
    head = "formula,YS (MPa),temperature (K),doi"
    falling = ["MoNbTaW,1058,298,10.1000/a", "MoNbTaW,552,1073,10.1000/a"]
    assert lines(physics.DETECTOR, dataset(head, *falling)) == []
    assert lines(physics.DETECTOR, dataset(head, *falling, "MoNbTaW,5480,1273,10.1000/a")) == [3, 4]


def test_a_calculated_density_that_is_not_of_its_formula(dataset):
    rng = np.random.default_rng(2)
    volumes = {"Co": 6.67, "Cr": 7.23, "Ni": 6.59, "Ti": 10.64}
    masses = {"Co": 58.93, "Cr": 52.0, "Ni": 58.69, "Ti": 47.87}
    rows = []
    for row in rng.uniform(0.2, 1, (80, 4)):
        amounts = dict(zip(volumes, np.round(row, 3), strict=True))
        density = sum(x * masses[s] for s, x in amounts.items()) / sum(x * volumes[s] for s, x in amounts.items())
        rows.append(f"{''.join(f'{s}{x}' for s, x in amounts.items())},{density:.2f},calculated,10.1000/a")
    head = "formula,density (g/cm^3),method,doi"
    assert [s for s in calculated_value.DETECTOR.suspicions(dataset(head, *rows)) if s.strength > 5] == []
    rows[7] = f"Ti1Ni0.2Co0.2Cr0.2,{8.4},calculated,10.1000/a"
    found = [s.entry.line for s in calculated_value.DETECTOR.suspicions(dataset(head, *rows)) if s.strength > 5]
    assert found == [9]


@pytest.mark.parametrize(
    ("celsius", "is_doubted"), [(25, False), (298, True), (1073, True), (800, False), (375, False)]
)
def test_kelvin_typed_as_celsius(dataset, celsius, is_doubted):
    data = dataset("formula,YS (MPa),temperature (C)", f"MoNbTaW,1058,{celsius}")
    found = list(temperature_scale.DETECTOR.suspicions(data))
    assert bool(found) is is_doubted
    assert all(s.repair == {"condition": "temperature", "value": celsius, "unit": "K"} for s in found)


def test_conflicts(dataset, lines):
    head = "formula,hardness (GPa),doi"
    assert lines(conflict.DETECTOR, dataset(head, "MoNb,4.1,10.1000/a", "MoNb,4.2,10.1000/a", "MoNb,9,10.1000/b")) == []
    assert lines(conflict.DETECTOR, dataset(head, "MoNb,4.1,10.1000/a", "MoNb,41,10.1000/a")) == [2, 3]


def test_formulas_that_cannot_be(points_of):
    """Mg and Ni (2+, at most 4+) give three electrons for a cation, four O take four even in pairs; CaC2 has the most carbon.

    BaO2 is a peroxide.
    """
    rows = ("(HfTi)C9,20", "(MgNi)O4,5", "(HfTi)C,20", "(MgNi)O,5", "Fe80N20,9", "BaO2,2")
    points = points_of("formula,hardness (GPa)", *rows)
    found = list(formula.DETECTOR.suspicions(Dataset.of(points)))
    assert [(s.entry.line, s.strength) for s in found] == [(2, 2.0), (3, 2.0), (6, 1.0), (7, 1.0)]
    reported = [finding.line for finding in examine(points) if finding.severity is Severity.WARNING]
    assert reported == [2, 3]


def test_labels_that_contradict_each_other_are_named_and_kept(dataset, lines):
    head = "formula,phases,processing,doi"
    rows = ("(MgNi)O,rock-salt,sintered,10.1000/a", "(MgNi)O,rock-salt+secondary,sintered,10.1000/a")
    own = list(label_conflict.DETECTOR.suspicions(dataset(head, *rows)))
    assert [(s.entry.line, s.strength) for s in own] == [(2, 2.0), (3, 2.0)]
    assert "rock-salt+secondary in line 3" in own[0].evidence
    assert all(suspicion.repair is None for suspicion in own)
    others = dataset(head, rows[0], rows[1].replace("/a", "/b"), rows[1].replace("sintered", "annealed"))
    assert lines(label_conflict.DETECTOR, others) == [2, 3]
    many = [f"(MgNi)O,{label},,10.1000/a" for label in ("FCC+BCC", "BCC+FCC", "BCC+FCC+unknown")]
    assert lines(label_conflict.DETECTOR, dataset(head, *many)) == []
    assert lines(
        label_conflict.DETECTOR, dataset(head, *40 * ["(MgNi)O,FCC,,10.1000/a"], "(MgNi)O,BCC,,10.1000/b")
    ) == [42]
    alloy = dataset(head, "MoNb,BCC,,10.1000/a", "MoNb,BCC+secondary,,10.1000/a")
    assert {s.strength for s in label_conflict.DETECTOR.suspicions(alloy)} == {1.0}


def test_one_study_under_two_references(dataset):
    head = "formula,hardness (GPa),YS (MPa),doi"
    found = list(re_reported.DETECTOR.suspicions(dataset(head, "MoNb,4.17,1093,10.1000/a", "MoNb,4.17,1093,10.1000/b")))
    assert [(s.entry.line, s.repair) for s in found] == [(3, {"doi": "10.1000/a"})] * 2
    assert not list(
        re_reported.DETECTOR.suspicions(dataset(head, "MoNb,4.17,1093,10.1000/a", "MoNb,4.17,900,10.1000/b"))
    )


def test_a_few_carbides_among_alloys_are_no_extremes_and_many_have_limits_of_their_own(dataset, lines):
    rng = np.random.default_rng(3)
    alloys = [f"{formula},{value:.4f},10.1000/a" for formula, value in hardness()]
    carbides = [f"Hf{x:.3f}Ta{1 - x:.3f}C,{rng.normal(25, 1):.3f},10.1000/b" for x in rng.uniform(0.1, 0.9, 40)]
    few = dataset("formula,hardness (GPa),doi", *alloys, *carbides[:3])
    assert lines(extreme_value.DETECTOR, few) == []
    assert lines(unit_slip.DETECTOR, few) == lines(unit_slip.DETECTOR, dataset("formula,hardness (GPa),doi", *alloys))
    many = dataset("formula,hardness (GPa),doi", *alloys, *carbides, "HfTaC2,2.5,10.1000/b")
    assert len(alloys) + len(carbides) + 2 in lines(extreme_value.DETECTOR, many)


def test_a_step_of_a_series_is_no_slip(formulas):
    data = formulas("NbTiVZr", "NbTiVZr", "NbTiV2Zr", "CrNbTiZr", "CrNbTiVZr")
    assert list(typing_slip.DETECTOR.suspicions(data)) == []
