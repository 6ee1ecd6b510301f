"""The rung of density-functional theory writes inputs and waits."""

from quinary.chemistry.composition import Composition
from quinary.plugins.sockets import ValidationSettings
from quinary.validators.dft import PLUGIN


def test_it_writes_inputs_only_where_it_is_told_to(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    silent = PLUGIN.validate(Composition.of("MoW"), ValidationSettings())
    assert (silent.outcome, list(tmp_path.iterdir())) == ("skipped", [])
    found = PLUGIN.validate(Composition.of("MoW"), ValidationSettings(folder=tmp_path / "dft", n_atoms=(4, 4)))
    assert found.outcome == "skipped"
    assert found.reason.startswith("calculation needed: 3 VASP inputs")
    assert found.values["calculations"] == ["solution-bcc", "reference-Mo", "reference-W"]
    assert (tmp_path / "dft/MoW/solution-bcc/INCAR").is_file()


def test_what_no_structure_is_known_for_is_skipped_with_that_reason(tmp_path):
    found = PLUGIN.validate(Composition.of("XeMo"), ValidationSettings(folder=tmp_path))
    assert "no solid solution" in found.reason
