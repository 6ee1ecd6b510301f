"""The bench of potentials."""

import pytest

from quinary.errors import InputError
from quinary.studies.benches import BenchSettings, run_bench
from quinary_benchmarks.crystals import binary_crystals
from quinary_benchmarks.potential_cases import alloys, carbides, crystals


def test_one_crystal_and_one_alloy_where_the_table_of_carbides_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path))
    monkeypatch.delenv("QUINARY_MIRROR", raising=False)
    document = run_bench("potentials", BenchSettings(size=1))
    assert document["n_crystals"] == 1
    assert document["lattice"] == abs(document["crystals"][0]["lattice"]) < 0.02
    assert set(document["alloys"]["youngs_modulus"]) == {"potential", "combination", "mean", "best", "n"}
    assert document["carbides"] == {}
    assert "quinary data get" in document["carbides_left_out"]
    assert document["failed"] == []


def test_crystals_are_those_that_were_not_looked_at_before():
    """No metal of groups 4 to 6, no Re, no Ru by itself; at least twenty, each with a DOI and moduli."""
    known = crystals()
    assert len(known) >= 38
    assert {crystal.name for crystal in known}.isdisjoint(
        ["Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W", "Re", "Ru"]
    )
    assert all(crystal.doi.startswith("10.") and crystal.shear_modulus > 0 for crystal in known)
    for crystal in known:
        assert crystal.start.get_volume() / len(crystal.start) == pytest.approx(1.03**3 * crystal.volume)
    assert len({crystal.structure for crystal in known[:8]}) >= 6


@pytest.mark.physics
def test_reference_values():
    """De Jong et al. 2015, 10.1038/sdata.2015.9: NiAl (mp-1487) B 157, G 71 GPa."""
    known = {crystal.formula: crystal for crystal in binary_crystals()}
    assert (known["NiAl"].bulk_modulus, known["NiAl"].shear_modulus) == (157.34, 70.652)
    assert known["Mg2Si"].symbols == ("Si", "Mg")


def test_alloys_have_a_reference_and_two_other_estimates():
    for case in alloys(8):
        assert 50 < case.reference < 250
        assert case.combination > 0
        assert case.mean > 0
        assert case.doi.startswith("10.")


@pytest.mark.usefixtures("mirror")
def test_carbides_have_two_moduli_each():
    cases = carbides(3)
    assert len(cases) == 6
    assert {case.property for case in cases} == {"bulk_modulus", "shear_modulus"}
    assert len({case.formula for case in cases}) == 3


def test_bad_size():
    with pytest.raises(InputError, match="at least 1"):
        run_bench("potentials", BenchSettings(size=0))
