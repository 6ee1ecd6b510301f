"""Every mistake gives one clear line on stderr and the right exit status, and leaves nothing half-written."""

import errno
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quinary_benchmarks.store import synthetic_points

PROGRAM = Path(sys.executable).with_name("quinary")
RANDOM = ("--generator", "random")


def check_refusal(found, status, *words):
    """The exit status, and one line that holds all these words."""
    assert found.status == status, found
    for word in words:
        assert word in found.message
    assert "Traceback" not in found.err


# -- formulas ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["describe", "predict", "validate", "show"])
@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("Xx2Mo", ["'Xx' is not an element", "did you mean Xe"]),
        ("Mo-5Nb5", ["cannot read formula", "sum to 10"]),
        ("Nb-30Hf-5Ti", ["at%"]),
        ("Nb-Hf-5Ti at%", ["write Nb-30Hf-5Ti at%"]),
        ("Fe60 Ni20 Cr30 at%", ["100"]),
        ("Nb-80Hf-50Ti at%", ["leave -30 %"]),
        ("Mo0Nb0", ["zero"]),
        ("MoNbnan", ["cannot read formula"]),
        ("(MoNb", ["cannot read formula"]),
        ("", ["it is empty"]),
        ("monb", ["cannot read formula"]),
    ],
)
@pytest.mark.usefixtures("store")
def test_formulas(run, command, formula, words):
    check_refusal(run(command, "--", formula), 2, *words)


def test_no_formula_and_files_of_formulas(run, folder):
    check_refusal(run("predict"), 2, "no formula given")
    check_refusal(run("predict", "--file", "none.txt"), 2, "none.txt", "it does not exist")
    (folder / "latin.txt").write_bytes("Härte".encode("latin-1"))
    check_refusal(run("predict", "--file", "latin.txt"), 2, "latin.txt")
    (folder / "wrong.txt").write_text("MoNb\nXxNb\n")
    check_refusal(run("predict", "--file", "wrong.txt"), 2, "'Xx' is not an element")
    check_refusal(run("predict", "--file", str(folder)), 2, "cannot read formulas")


# -- names and numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("predict", "MoNb", "--property", "shear_modulos"), ["did you mean shear_modulus"]),
        (("predict", "TiC", "--property", "phases"), ["nothing that is known predicts phases of ceramics"]),
        (("predict", "MoNb", "--property", "mixing_entropy"), ["quinary describe"]),
        (("predict", "MoNb", "--property", "lattice_parameter"), ["for ceramics only, not for alloys"]),
        (("predict", "MoXe", "--property", "density"), ["Xe"]),
        (("predict", "(LaSr)(MnCo)O3"), ["2 cation sublattices"]),
        (("predict", "(FeTi)C"), ["nothing can be predicted", "FeC"]),
        (("predict", "TiC", "--property", "d_parameter"), ["for alloys only, not for ceramics"]),
        (
            ("predict", "TiC", "--property", "density", "--model", "tian"),
            ["tian does not predict density", "ceramic_cells"],
        ),
        (("predict", "TiC", "--model", "tain"), ["did you mean tian"]),
        (("predict", "MoNb", "--lattice", "diamond"), ["unknown lattice", "bcc, fcc, hcp"]),
        (("predict", "MoNb", "--table", "mine"), ["unknown elemental table", "chong2021"]),
        (("predict", "MoNb", "--at", "temprature=300"), ["did you mean temperature"]),
        (("predict", "MoNb", "--at", "temperature"), ["NAME=VALUE"]),
        (("predict", "MoNb", "--at", "temperature=hot"), ["not a number"]),
        (("predict", "MoNb", "--at", "temperature=nan"), ["finite"]),
        (("validate", "MoNb", "--with", "rulez"), ["did you mean rules"]),
        (("validate", "MoNb", "--with", ""), ["no rung named"]),
        (("validate", "MoNb", "--tdb", "none.tdb"), ["none.tdb does not exist"]),
        (("validate", "MoNbTaW", "--at", "temperature=1e9"), ["lies outside"]),
        (("materials", "--limit", "-1"), ["--limit"]),
        (("materials", "--limit", "some"), ["--limit"]),
        (("voids", "--loop", "litterature"), ["did you mean literature"]),
        (("voids", "--sheet", "wanted.doc"), ["name it .xlsx or .csv"]),
        (("voids", "--policy", "none.toml"), ["none.toml", "it does not exist"]),
        (("export", "out.xls"), ["unknown file ending", ".csv"]),
        (("export", "nowhere/out.csv"), ["there is no folder nowhere"]),
        (("export", "out.csv", "--origin", "guess"), ["unknown origin"]),
        (("cycle",), ["cycle --once"]),
        (("cycle", "stop"), ["cycle status"]),
        (("cycle", "--once", "--lattice", "diamond"), ["unknown lattice"]),
        (("bench", "stor"), ["did you mean store"]),
        (("show", "MoCr"), ["the store holds nothing on MoCr"]),
        (("import", "none.csv"), ["there is no file none.csv"]),
        (("import", "borg2020"), ["borg2020_mpea"]),
        (("import", "alloys.csv", "--format", "tabel"), ["did you mean table"]),
        (("import", "alloys.csv", "--column", "formula"), ["NAME=VALUE"]),
        (("import", "alloys.csv", "--column", "formula=Probe"), ["Probe"]),
        (("nosuchcommand",), ["nosuchcommand"]),
        (("predict", "MoNb", "--nosuchoption"), ["--nosuchoption"]),
        (("design", *RANDOM, "--range", "shear_modulos=1:"), ["did you mean shear_modulus"]),
        (("design", *RANDOM, "--range", "shear_modulus=120:110"), ["contradicts itself"]),
        (("design", *RANDOM, "--range", "shear_modulus=x:110"), ["x"]),
        (("design", *RANDOM, "--range", "shear_modulus=110"), ["LO:HI"]),
        (("design", *RANDOM, "--range", "shear_modulus=nan:"), ["shear_modulus"]),
        (("design", *RANDOM, "--range", "vacancy_formation_energy=1:"), ["quinary learn vacancy_formation_energy"]),
        (("design", *RANDOM, "--range", "phases=1:"), ["phases is a class", "phases=BCC"]),
        (("design", *RANDOM, "--target", "shear_modulus"), ["NAME=VALUE"]),
        (("design", *RANDOM, "--target", "shear_modulus=-1"), ["outside 0 to 1000 GPa"]),
        (("design", *RANDOM, "--target", "density=9", "--range", "density=10:12"), ["outside its range 10:12"]),
        (("design", *RANDOM, "--limit", "W=0.1:0.3", "--without", "W"), ["--limit", "--without", "W >= 0.1"]),
        (("design", *RANDOM, "--maximize", "density", "--minimize", "density"), ["both maximized and minimized"]),
        (("design", *RANDOM, "--limit", "Xx=0:1"), ["unknown element"]),
        (("design", *RANDOM, "--limit", "Mo=0.6:", "--limit", "W=0.6:"), ["more than 1"]),
        (("design", *RANDOM, "--limit", "Mo=0.6:", "--limit", "Mo=0.1:"), ["twice"]),
        (("design", *RANDOM, "--limit", "Mo=50:60"), ["fractions run from 0 to 1"]),
        (("design", *RANDOM, "--limit", "Xe=0.1:"), ["Xe has no elemental value"]),
        (("design", *RANDOM, "--elements", "Mo,Xx"), ["unknown element"]),
        (("design", *RANDOM, "--elements", "Mo,Nb", "--components", "3:"), ["from Mo, Nb alone"]),
        (("design", *RANDOM, "--components", "many"), ["--components"]),
        (("design", *RANDOM, "--anion", "F"), ["unknown anion"]),
        (("design", *RANDOM, "--elements", "Mo,Nb,Ta", "-n", "0"), ["0 candidates"]),
        (("design", *RANDOM, "-n", "few"), ["-n"]),
        (("design", *RANDOM, "--elements", "Mo,Nb,Ta", "--seed", "-1"), ["seed"]),
        (("design", "--elements", "Mo,Nb,Ta", "--generator", "gan"), ["did you mean cgan"]),
        (("design", *RANDOM, "--elements", "Mo,Nb,Ta", "--lattice", "diamond"), ["unknown lattice"]),
        (("design", *RANDOM), ["say what is wanted"]),
    ],
)
@pytest.mark.usefixtures("store")
def test_names_and_numbers(run, arguments, words):
    before = run("materials", "--json").json
    check_refusal(run(*arguments), 2, *words)
    as_json = run(*arguments, "--json")
    assert as_json.status == 2
    assert set(as_json.json["error"]) == {"kind", "message", "choices"}
    assert as_json.json["error"]["message"] == as_json.message
    assert run("materials", "--json").json == before


def test_a_thermodynamic_database_that_does_not_cover_the_elements(run, published_data):
    tdb = published_data / "tdb/Cr-Ni-Ti_huang2018.tdb"
    check_refusal(run("validate", "HfNbTaTiZr", "--tdb", tdb), 2, "does not cover Hf, Nb, Ta, Zr; it covers Cr, Ni, Ti")


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", ["empty.csv is empty"]),
        ("nounit.csv", b"formula,hardness\nMoNb,300\n", ["has no unit"]),
        ("text.bson", b"formula,hardness (GPa)\nMoNb,3\n", ["holds no BSON documents"]),
        ("text.xlsx", b"formula,hardness (GPa)\nMoNb,3\n", ["not an Excel workbook"]),
        ("rubbish.dat", bytes(range(256)), ["no reader recognises rubbish.dat"]),
        ("noformula.csv", b"a,b\n1,2\n", ["noformula.csv"]),
    ],
)
def test_files(run, folder, name, content, words):
    (folder / name).write_bytes(content)
    check_refusal(run("import", name, "--db", "sqlite:///new.db"), 2, *words)
    assert not (folder / "new.db").exists()


def test_a_bad_row_is_a_result_not_a_failure(run, folder):
    (folder / "a.csv").write_text("formula,hardness (GPa)\nMoNb,nan\nMoTa,3\nXx,3\nMo-2Nb,3\n,3\n")
    found = run("import", "a.csv", "--json")
    assert found.status == 0
    assert found.json["added"] == 1
    assert [row["line"] for row in found.json["rejected"]] == [2, 4, 5, 6]


# -- databases ---------------------------------------------------------------------------------------------------------


def test_a_database_of_a_newer_version(run, store):
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    check_refusal(run("materials"), 2, "newer version of Quinary", "9999")


def test_things_that_are_no_database(run, folder, alloys):
    check_refusal(run("materials", "--db", f"sqlite:///{folder}"), 2, "is a folder")
    check_refusal(run("materials", "--db", "sqlite:///alloys.csv"), 2, "not an SQLite file")
    check_refusal(run("import", alloys, "--db", "sqlite:///none/such.db"), 2, "the folder none does not exist")
    check_refusal(run("import", alloys, "--db", "mysql2://somewhere/x"), 2, "mysql2")
    with sqlite3.connect("other.db") as connection:
        connection.execute("CREATE TABLE notes (text)")
    check_refusal(run("materials", "--db", "sqlite:///other.db"), 2, "another program")
    assert sorted(entry.name for entry in folder.iterdir()) == ["alloys.csv", "other.db"]


def test_a_server_that_cannot_be_reached(run):
    found = run("materials", "--db", "postgresql://nobody:secret@127.0.0.1:9/none")
    assert found.status == 1
    assert "secret" not in found.message


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no proc file system, in which not even root can write")
@pytest.mark.usefixtures("store")
def test_a_folder_that_cannot_be_written(run, alloys):
    found = run("import", alloys, "--db", "sqlite:////proc/quinary.db")
    check_refusal(found, 1, "/proc" if "/proc" in found.message else "cannot be opened")
    check_refusal(run("export", "/proc/out.csv"), 1, "cannot write /proc/out.csv")
    check_refusal(run("voids", "--sheet", "/proc/wanted.xlsx"), 1, "cannot write /proc/wanted.xlsx")


@pytest.mark.usefixtures("store")
def test_a_full_disk_on_export(run, folder, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    check_refusal(run("export", "out.csv"), 1, "cannot write out.csv", "no space left on device")
    assert [entry for entry in folder.iterdir() if "out.csv" in entry.name] == []


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "command", [("export", "out.csv"), ("voids", "--sheet", "out.csv"), ("snapshot", "--out", "out.zip")]
)
def test_a_link_that_somebody_planted_is_refused_and_its_target_untouched(run, folder, command):
    victim = folder / "victim.txt"
    victim.write_text("mine")
    (folder / command[-1]).symlink_to(victim)
    check_refusal(run(*command), 1, f"cannot write {command[-1]}: it is a link")
    assert victim.read_text() == "mine"


def small_files_only():
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))


@pytest.mark.usefixtures("store")
def test_a_disk_that_takes_no_more_on_import(program, run, folder):
    """A limit on the size of files stands for the full disk: both stop a write in the middle."""
    formulas = dict.fromkeys(point.material.composition.formula for point in synthetic_points(16_000))
    (folder / "many.csv").write_text("formula,hardness (GPa)\n" + "".join(f"{formula},5\n" for formula in formulas))
    before = run("materials", "--json").json
    found = program("import", "many.csv", preexec_fn=small_files_only)
    check_refusal(found, 1, "disk")
    assert run("materials", "--json").json == before
    assert run("import", "many.csv", "--json").json["added"] == len(formulas)


# -- interruptions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_interrupted_by_the_user(run, folder, seconds):
    """Also while the tables of a new store are being made: no point is in it, and the next import works."""
    formulas = dict.fromkeys(point.material.composition.formula for point in synthetic_points(40_000))
    (folder / "many.csv").write_text("formula,hardness (GPa)\n" + "".join(f"{formula},5\n" for formula in formulas))
    (folder / "few.csv").write_text("formula,hardness (GPa)\nMoNbTaW,5\nHfNbTaTiZr,4\n")
    command = [str(PROGRAM), "import", "many.csv"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        while not Path("quinary.db").exists() and running.poll() is None:
            time.sleep(0.01)
        time.sleep(seconds)
        os.kill(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert (out, err) == ("", "quinary: interrupted; what was committed is kept\n")
    assert run("import", "few.csv", "--json").json["added"] == 2
    assert run("materials", "--json").json["total"] == 2


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_goes_away(folder, options):
    """As `head` does: more output than a pipe holds, and no complaint about it."""
    formulas = dict.fromkeys(point.material.composition.formula for point in synthetic_points(4_000))
    (folder / "many.txt").write_text("\n".join(formulas))
    command = [str(PROGRAM), "describe", "--file", "many.txt", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout.read(1)
        running.stdout.close()
        err = running.stderr.read()
    assert (running.returncode, err) == (0, "")


def test_a_folder_with_a_file_that_nobody_can_read(run, folder):
    inside = folder / "tables"
    inside.mkdir()
    (inside / "a.csv").write_text("formula,HV\nMoNbTaW,450\n", encoding="utf-8")
    (inside / "b.pdf").write_bytes(b"%PDF nothing")
    (inside / "c.csv").write_text("formula,YS (MPa)\nCoCrFeNi,200\n", encoding="utf-8")
    (inside / "other.db").write_bytes(b"SQLite format 3\0" + bytes(100))
    result = run("import", inside, "--json")
    assert result.status == 2
    assert result.json["added"] == 2
    assert [row["file"].rsplit("/", 1)[-1] for row in result.json["failed"]] == ["b.pdf"]
    for name in ("a.csv", "c.csv"):
        (inside / name).unlink()
    assert "nothing in" in run("import", inside).message


def test_a_unit_or_an_element_for_no_column(run, folder):
    path = folder / "a.csv"
    path.write_text("formula,HV\nMoNbTaW,450\n", encoding="utf-8")
    assert run("import", path, "--unit", "YS=MPa").message.endswith("a.csv: unknown column 'YS'; known: HV, formula")
    path.write_text("Al,Co,Nii,HV\n30,30,40,450\n", encoding="utf-8")
    assert "'Nii' stands among the elements" in run("import", path).message
    path.write_text("formula,HV\nMoNbTaW,450\n", encoding="utf-8")
    assert run("import", path).status == 0
    assert "unknown element 'Xx'" in run("materials", "--elements", "Mo,Xx").message


def test_a_formula_that_cannot_be_is_described_with_a_warning(run):
    document = run("describe", "(HfTi)O9", "(HfTi)C", "--json").json
    assert [len(material["warnings"]) for material in document["materials"]] == [1, 0]
    assert "warning: (HfTi)O9 can hardly be" in run("describe", "(HfTi)O9").out
