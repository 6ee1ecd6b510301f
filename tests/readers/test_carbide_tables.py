"""Public tables of carbides: what is read, what is refused, and contradictions that stay."""

import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.points.point import Method
from quinary.readers.carbide_tables import carbide_of_masses

LABELS = "Material,average_V,sigma_chi\n(HfMoTaWZr)C,23.1,0.1\n(HfNbTaTiZr)C,23.3,0.03\n"


def labelled(folder, labels):
    (folder / "docs").mkdir()
    (folder / "ANN").mkdir()
    (folder / "ANN" / "y_data.txt").write_text(labels, encoding="utf-8")
    path = folder / "docs" / "Input data.csv"
    path.write_text(LABELS, encoding="utf-8")
    return path


def test_a_name_of_masses_is_an_equimolar_carbide():
    name = "C92172_Hf273968_Nb142609_Ta277744_Ti73492_Zr140015"
    assert carbide_of_masses(name) == Composition.of("(HfNbTaTiZr)C")
    with pytest.raises(InputError, match="no carbide"):
        carbide_of_masses("Hf273968_Nb142609")


def test_labels_lie_in_a_file_of_their_own(read, tmp_path):
    points, rejected = read("zhang2022_hecc_phase", labelled(tmp_path, "1\n0\n"))
    assert [point.value.categories for point in points] == [("secondary", "unknown"), ("rock-salt",)]
    assert points[0].detail == "more than one phase"
    assert not rejected


def test_a_label_that_is_none_is_rejected_by_line(read, tmp_path):
    points, rejected = read("zhang2022_hecc_phase", labelled(tmp_path, "1\n7\n"))
    assert len(points) == 1
    assert rejected[0][0] == 3
    assert "'7'" in rejected[0][1]


def test_labels_of_another_length_are_refused(read, tmp_path):
    with pytest.raises(InputError, match="2 rows"):
        read("zhang2022_hecc_phase", labelled(tmp_path, "1\n"))


def test_units_and_methods_of_elastic_data(read, tmp_path):
    path = tmp_path / "properties.csv"
    path.write_text(
        "real_formula,volume_per_atom,B,G,E,v,Hv,KIC\nCr7Hf6Mo6Nb7Ta6C32,21.78,259.6,175.0,428.8,0.2248,22.76,356.3\n",
        encoding="utf-8",
    )
    points, rejected = read("zhang_mtmc_carbides", path)
    values = {point.property: (point.value.nominal, point.unit, point.method) for point in points}
    assert not rejected
    assert values["bulk_modulus"] == (259.6, "GPa", Method.DFT)
    assert values["fracture_toughness"][0] == pytest.approx(3.563)
    assert values["atomic_volume"][0] == pytest.approx(10.89)
    assert values["hardness_vickers"][2] is Method.EMPIRICAL
    assert points[0].material.composition.cations["Cr"] == pytest.approx(7 / 32)


@pytest.mark.parametrize(
    ("name", "path", "n_points", "n_rejected"),
    [
        ("kaufmann2020_efa", "excel_inputs/62_EFA_alloys_wCalphad_SSOL6_labeled.xlsx", 62, 0),
        ("zhang2022_hecc_phase", "docs/Input data.csv", 53, 0),
        ("lu_hecc_phase", "382_HEC_systems.xlsx", 116, 0),
        ("carbon_vacancy", "vacancy_prediction/formation_energy.xlsx", 420, 0),
        ("carbon_vacancy", "mechanical_prediction/mechanical_properties.xlsx", 1260, 0),
    ],
)
def test_originals_are_read_whole(read, mirror, name, path, n_points, n_rejected):
    points, rejected = read(name, mirror / name / path)
    assert (len(points), len(rejected)) == (n_points, n_rejected)
    assert len({point.content_hash for point in points}) == n_points


def test_three_carbides_are_called_both(read, mirror):
    """The sources contradict each other on the same material, and both points stay."""
    said = {}
    for name, path in (("zhang2022_hecc_phase", "docs/Input data.csv"), ("lu_hecc_phase", "382_HEC_systems.xlsx")):
        for point in read(name, mirror / name / path)[0]:
            said.setdefault(point.material.key, set()).add(point.value.categories)
    assert sum(len(phases) > 1 for phases in said.values()) == 3
