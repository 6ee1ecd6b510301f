"""`compare` sets a table beside the literature; `show` sums up what is known of a composition."""

import pytest

import quinary

TABLE = "formula,HV,YS (MPa),T (C)\nMoNbTaW,454,1058,25\nMoNbTaW,,405,1600\nMo27Nb23Ta25W25,460,,25\nXx,1,2,25\n"


@pytest.fixture
def mine(folder):
    path = folder / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.mark.physics
def test_a_file_beside_the_embedded_literature(run, mine, folder):
    """NbMoTaW has 1058 MPa in compression at room temperature (Senkov 2011, 10.1016/j.intermet.2011.01.004)."""
    document = run("compare", mine, "--json").json
    rows = {(row["line"], row["property"]): row for row in document["rows"]}
    cold = rows[2, "yield_strength"]
    assert cold["low"] <= 1058 <= cold["high"]
    assert cold["n"] >= 2
    assert abs(cold["z"]) < 3
    assert cold["nearest"] is None
    assert set(cold) >= {"formula", "property", "conditions", "mine", "median", "low", "high", "n", "z"}
    assert rows[3, "yield_strength"]["conditions"].startswith("temperature=1873")
    beside = rows[4, "hardness_vickers"]
    assert (beside["n"], beside["z"]) == (0, None)
    assert beside["nearest"]["formula"] == "MoNbTaW"
    assert [row["line"] for row in document["rejected"]] == [5]
    assert [path.name for path in folder.iterdir()] == ["mine.csv"]  # nothing is stored


def test_what_the_store_has_counts_but_not_the_file_itself(run, mine, folder):
    (folder / "theirs.csv").write_text("formula,HV,doi\nMo27Nb23Ta25W25,500,10.1000/x\n", encoding="utf-8")
    assert run("import", mine).status == 0
    assert run("import", "theirs.csv").status == 0
    table = quinary.compare(mine).set_index(["line", "property"])
    assert table.loc[(4, "hardness_vickers"), "n"] == 1
    assert table.loc[(4, "hardness_vickers"), "sources"] == ["10.1000/x"]


def test_the_table_and_the_figure(run, mine, folder):
    shown = run("compare", mine, "--out", "mine.html")
    for words in ("beside the same materials", "nearest", "MoNbTaW", "line 5 is not compared", "mine.html"):
        assert words in " ".join(shown.out.split())
    page = (folder / "mine.html").read_text(encoding="utf-8")
    assert "plotly" in page
    assert "MoNbTaW" in page
    assert run("compare", mine, "--out", "mine.png").status == 2


def test_a_file_that_is_not_there_is_one_line(run):
    assert run("compare", "none.csv").status == 2


@pytest.fixture
def store(run, folder):
    rows = [("1050", "a"), ("1060", "b"), ("9600", "c")]
    text = "".join(f"MoNbTaW,{value},BCC,10.1000/{paper}\n" for value, paper in rows)
    (folder / "t.csv").write_text(f"formula,YS (MPa),phases,doi\n{text}", encoding="utf-8")
    assert run("import", "t.csv").status == 0


@pytest.mark.usefixtures("store")
def test_a_summary_has_a_row_a_property_and_a_typo_does_not_stand(run):
    document = run("show", "MoNbTaW", "--summary", "--json").json
    row = next(row for row in document["summary"] if row["property"] == "yield_strength")
    assert (row["n"], row["median"], row["low"], row["high"]) == (3, 1060, 1050, 9600)
    assert row["counts"]["value"] == 1060
    assert "middle one of 3" in row["why"]
    assert len(row["sources"]) == 3
    text = " ".join(run("show", "MoNbTaW").out.split())
    for words in ("reported", "1060 MPa", "1050 to 9600", "missing (literature)", "--details"):
        assert words in text
    assert "10.1000/c" in run("show", "MoNbTaW", "--details").out


@pytest.mark.usefixtures("store")
def test_only_a_property_or_a_source(run):
    document = run("show", "MoNbTaW", "--property", "YS", "--source", "10.1000/B", "--json").json
    assert [(p["property"], p["value"]) for p in document["materials"][0]["points"]] == [("yield_strength", 1060)]
    for wrong, words in (
        (("--property", "yield_strenght"), "did you mean yield_strength"), (("--source", "nobody"), "holds nothing"),
        (("--view", "all", "--summary"), "--view"), (("--details", "--summary"), "--details"),
    ):  # fmt: skip
        refused = run("show", "MoNbTaW", *wrong)
        assert refused.status == 2
        assert words in refused.message


@pytest.mark.usefixtures("store")
def test_what_all_points_have_in_common_is_said_once(run):
    shown = run("show", "MoNbTaW", "--details", "--property", "yield_strength").out
    assert shown.count("measured") == 1
