"""Names of files and folders that cannot hold what would be written there."""

import pytest

COMMANDS = [
    (("map", "--elements", "Hf,Nb,Ta", "--property", "shear_modulus"), "m.png", "ends in .html, not m.png"),
    (("screen", "--elements", "Nb,Ta", "--rank", "density"), "s.png", "ends in .json, not s.png"),
    (("clusters", "density"), "m.svg", "ends in .html, not m.svg"),
    (("explain", "density"), "why.png", "a folder, into which several files are written, not the file why.png"),
    (("learn", "density"), "report.html", "a folder, into which several files are written, not the file report.html"),
]


@pytest.mark.parametrize(("command", "name", "message"), COMMANDS, ids=[command[0] for command, _, _ in COMMANDS])
def test_a_picture_is_refused_before_any_work(run, tmp_path, command, name, message):
    found = run(*command, "--out", tmp_path / name)
    assert found.status == 2
    assert message in found.err
    assert not (tmp_path / name).exists()
