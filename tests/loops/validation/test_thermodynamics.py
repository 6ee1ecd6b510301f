"""The validation loop judges by the thermodynamic data that its store has registered, whoever does the work."""

import os
from dataclasses import replace

import pytest

from quinary.errors import InputError
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.cycle.cycle_pass import Crew
from quinary.loops.cycle.watch import _Watcher
from quinary.loops.generation import design
from quinary.loops.validation.thermodynamics import equipped
from quinary.loops.work.queue import CycleSettings
from quinary.plugins.sockets import ValidationSettings
from quinary.plugins.thermodynamic_file import ThermodynamicFile, file_at
from quinary.requests.request import Limits, Request
from quinary.simulation.thermodynamic_databases import find_database
from quinary.store.kept.candidates import verdicts_on
from quinary.store.kept.thermodynamics import register, unregister
from quinary.store.queries import find_materials

STIFF = Request(ranges={"shear_modulus": (20.0, 200.0)}, limits=Limits(("Cr", "Ti", "V")))
RUNGS = ("calphad",)
HOT = ValidationSettings(temperature=1500.0)


@pytest.fixture
def own_file():
    """What is installed, with a comment of its own."""
    path = find_database(["Cr", "Ti", "V"]).path
    return ThermodynamicFile("own.tdb", "$ Ours\n" + path.read_text(encoding="latin-1"), "A. Person")


@pytest.fixture
def candidates(filled):
    design(filled, STIFF, 2, generator="random", seed=1)
    return filled


def add(database, file):
    with database.write() as connection:
        register(connection, file, ["Cr", "Ti", "V"], citation="", who="A. Person")


def judged_by(database):
    """The place of the data behind the last verdict on each candidate."""
    with database.read() as connection:
        stored = [entry for entry in find_materials(connection) if entry.is_generated]
        verdicts = [verdicts_on(connection, entry.id)[-1] for entry in stored]
    return [verdict["values"]["database_place"].partition(" ")[0] for verdict in verdicts]


def test_what_is_registered_later_is_another_question_for_other_processes_too(candidates, own_file):
    cycle = Cycle(candidates, settings=HOT, rungs=RUNGS)
    cycle.once()
    assert judged_by(candidates) == ["inside", "inside"]
    add(candidates, own_file)
    assert cycle.once(workers=2).loops[1].n_materials == 2
    assert judged_by(candidates) == ["registered", "registered"]
    assert cycle.once().did_nothing


def test_a_watch_sees_what_is_registered_meanwhile(candidates, own_file):
    watcher = _Watcher(candidates, CycleSettings(validation=HOT, rungs=RUNGS), Crew(), None)
    watcher.look()
    add(candidates, own_file)
    watcher.look()
    assert judged_by(candidates) == ["registered", "registered"]
    with candidates.write() as connection:
        unregister(connection, own_file.name)
    watcher.look()
    assert watcher.n_begun >= 4


def test_workers_need_the_file_no_more_once_it_was_named(candidates, own_file, tmp_path):
    path = tmp_path / "named.tdb"
    path.write_text(own_file.content)
    settings = equipped(replace(HOT, tdb=path), candidates)
    path.unlink()
    assert settings.tdb.content == own_file.content
    Cycle(candidates, settings=settings, rungs=RUNGS).once()
    assert judged_by(candidates) == ["named", "named"]


def test_a_file_that_is_named_leaves_what_is_registered_aside(candidates, own_file, tmp_path):
    add(candidates, own_file)
    assert equipped(HOT, candidates).databases == (replace(own_file, place="registered in the store"),)
    assert equipped(HOT, None).databases == ()
    path = tmp_path / "named.tdb"
    path.write_text(own_file.content)
    assert equipped(replace(HOT, tdb=path), candidates).databases == ()


@pytest.mark.parametrize(("name", "message"), [("gone.tdb", "does not exist"), ("", "is a folder")])
def test_a_file_that_is_not_there_is_named(candidates, tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        Cycle(candidates, settings=replace(HOT, tdb=tmp_path / name)).once()


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.tdb")
    with pytest.raises(InputError, match="is no file"):
        file_at(tmp_path / "pipe.tdb")
