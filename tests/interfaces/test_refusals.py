"""What a person accepts as wrong fills no void and makes no material known, until it is decided otherwise."""

import pytest

from quinary.curation.decisions import decide
from quinary.loops.known_materials import known_alloys
from quinary.store.database import open_database

TABLE = (
    "formula,yield strength (MPa),ultimate tensile strength (MPa),hardness (GPa),doi\n"
    "MoNbTaW,5290,1211,4.46,10.1000/a\n"
    "Cr20Mn25Fe40Ni15Al14,,,3.0,10.1000/b\n"  # adds up to 114 %
)


@pytest.fixture(autouse=True)
def doubtful(run, folder):
    (folder / "doubtful.csv").write_text(TABLE, encoding="utf-8")
    assert run("import", "doubtful.csv", "--json").json["added"] == 4
    assert run("cycle", "--once").status == 0


def key_of(run, line, name):
    found = [f for f in run("check", "--all", "--json").json["findings"] if (f["line"], f["property"]) == (line, name)]
    return found[0]["key"]


def counted(run):
    """All that a decision may change."""
    rows = {
        view: sorted(
            (g["formula"], g["n_points"]) for g in run("materials", "--view", view, "--json").json["materials"]
        )
        for view in ("all", "curated", "aggregated", "source")
    }
    with open_database(None, must_exist=True) as database:
        known = {entry.formula for entry in known_alloys(database, is_reported=True)}
    return {
        **rows, "known": known, "voids": run("voids", "--json").json["counts"], "cycle": waiting_for_people(run),
        "filled": {(r["formula"], r["property"]) for r in run("voids", "--filled", "--json").json["filled"]},
    }  # fmt: skip


def n_points(groups):
    return sum(n for _, n in groups)


def waiting_for_people(run):
    report = run("cycle", "--once", "--json").json
    assert report["did_nothing"] or report["waiting"] == 0
    return report["literature_voids"]


def test_a_refused_value_reopens_its_void_and_comes_back_with_another_decision(run):
    before = counted(run)
    key = key_of(run, 2, "yield_strength")
    assert run("check", "accept", key, "--who", "A. Person").status == 0
    refused = counted(run)
    assert refused["voids"]["literature"]["yield_strength"] == before["voids"]["literature"]["yield_strength"] + 1
    assert refused["cycle"] == before["cycle"] + 1
    assert before["filled"] - refused["filled"] == {("MoNbTaW", "yield_strength")}
    assert refused["all"] == before["all"]
    for view in ("curated", "aggregated", "source"):
        assert n_points(refused[view]) == n_points(before[view]) - 1
    assert refused["known"] == before["known"]  # its other values still stand
    assert run("import", "doubtful.csv", "--json").json["added"] == 0
    assert counted(run) == refused
    assert run("check", "reject", key, "--who", "B. Person").status == 0
    assert counted(run) == before
    for action in (("accept",), ("correct", "--value", "1.058 GPa")):
        assert run("check", action[0], key, "--who", "A. Person", *action[1:]).status == 0
    assert counted(run) == before


def test_a_material_whose_only_values_are_refused_is_not_known(run):
    before = counted(run)
    assert len(before["known"]) > 1
    key = key_of(run, 3, "")
    assert run("check", "accept", key, "--who", "A. Person").status == 0
    refused = counted(run)
    (lost,) = before["known"] - refused["known"]
    assert "Mn" in lost
    assert sum(refused["voids"]["literature"].values()) < sum(before["voids"]["literature"].values())
    assert len(refused["aggregated"]) == len(before["aggregated"])  # what was predicted for it is still there
    assert len(refused["source"]) == len(before["source"]) - 1
    assert run("check", "reject", key, "--who", "A. Person").status == 0
    assert counted(run) == before


def test_other_values_of_a_refused_line_are_refused_too(run, folder):
    assert run("check", "accept", key_of(run, 3, ""), "--who", "A. Person").status == 0
    refused = counted(run)
    (folder / "doubtful.csv").write_text(TABLE.replace("14,,,3.0", "14,,1500,3.0"), encoding="utf-8")
    assert run("import", "doubtful.csv", "--json").json["added"] == 1
    after = counted(run)
    assert {name: after[name] for name in after if name != "all"} == {n: refused[n] for n in refused if n != "all"}
    assert after["all"] != refused["all"]


def test_a_store_from_before_refusals_is_brought_up_to_date(run):
    from alembic import command
    from alembic.config import Config

    key = key_of(run, 2, "yield_strength")
    with open_database(None) as database:
        decide(database, key, "accept", "A. Person")
    refused = counted(run)
    with open_database(None) as database, database.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "quinary:store/migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    assert counted(run) == refused
