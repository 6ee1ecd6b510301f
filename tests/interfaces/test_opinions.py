"""What `validate` says of several potentials."""

from quinary.interfaces.cli.design.compute import other_opinions


def test_the_second_opinion_and_what_it_widened():
    first = {"lattice_parameter": 3.23, "bulk_modulus": 236.0, "shear_modulus": 83.1, "formation_energy": -0.08}
    second = {"lattice_parameter": 3.24, "bulk_modulus": 241.2, "shear_modulus": 35.5, "formation_energy": -0.157}
    values = {
        "potentials": {"diep 2.0.0": first, "chgnet 0.4.2": second},
        "disagreement": {"shear_modulus": 0.7, "formation_energy": 2.27, "bulk_modulus": None},
    }
    assert other_opinions({"formula": "MoNbTaW", "values": values}) == [
        "MoNbTaW, chgnet 0.4.2: a 3.24, B 241, G 35.5, E_f -0.157",
        "MoNbTaW: the disagreement of the potentials widens the errors: formation energy 2.3 times",
    ]
    values["potentials"]["chgnet 0.4.2"] = {"left_out": "it knows no Mo"}
    values["disagreement"] = {}
    assert other_opinions({"formula": "MoNbTaW", "values": values}) == [
        "MoNbTaW, chgnet 0.4.2: does not count, it knows no Mo"
    ]
    assert other_opinions({"formula": "MoNbTaW", "values": {}}) == []
