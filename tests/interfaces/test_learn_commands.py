"""learn, models and predict with what was learned, as users run them."""

import numpy as np
import pytest

import quinary
from quinary.learning.models.registry import FROM_OTHERS

QUICK = ("--models", "pair_ridge")


@pytest.fixture
def own(folder):
    """A table of sixty alloys whose hardness follows a law; `own(n)` writes the first n."""

    def write(n=60, unit="GPa", paper=lambda number: f"10.1016/j.alloys.2015.01.00{number % 9}"):
        random = np.random.default_rng(1)
        lines = [f"formula,hardness ({unit}),doi"]
        elements, values = ("Cr", "Mo", "Nb", "Ta", "Ti", "V"), np.array([6.0, 5.0, 2.0, 4.0, 1.5, 3.0])
        for number in range(n):
            chosen = sorted(random.choice(6, 4, replace=False))
            amounts = random.integers(1, 9, 4)
            formula = "".join(f"{elements[c]}{a}" for c, a in zip(chosen, amounts, strict=True))
            hardness = values[chosen] @ amounts / amounts.sum() + 0.02 * random.normal()
            lines.append(f"{formula},{hardness:.4f},{paper(number)}")
        path = folder / "own.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def test_learn_predict_list_show_remove(run, own, folder):
    document = run("learn", "hardness_vickers", "--data", own(), *QUICK, "--out", "report", "--json").json
    assert {"mean", "rule_of_mixtures", "nearest_neighbour", "pair_ridge"} == {m["model"] for m in document["models"]}
    assert all(m["interval"][0] <= m["value"] <= m["interval"][1] for m in document["models"])
    assert {"gap", "coverage", "width", "domain", "choice", "warnings", "learning_curve"} <= set(document)
    assert len(document["learning_curve"]["points"]) == 5 and document["learning_curve"]["extrapolation"] is None
    page = (folder / "report" / "report.html").read_text(encoding="utf-8")
    assert all(f"plot-{name}" in page for name in ("parity", "calibration", "curve"))
    assert "http" not in page.partition("<script>")[0]
    assert "held-out" in (folder / "report" / "model_card.md").read_text(encoding="utf-8").lower()

    assert document["kept"]["place"] == "quinary.db"
    (listed,) = (one for one in run("models", "--json").json["models"] if one["place"] == "quinary.db")
    assert listed["property"] == "hardness_vickers"
    assert listed["rows"] == document["rows"]
    (found,) = run("predict", "MoNbTaV", "--property", "hardness_vickers", "--json").json["predictions"]
    assert found["interval"][0] < found["value"] < found["interval"][1]
    assert found["value"] == pytest.approx(3.5, abs=0.3)
    assert isinstance(found["in_domain"], bool)
    assert found["model"].startswith(listed["name"])
    assert found["method"].startswith("learned: ")
    (named,) = run("predict", "MoNbTaV", "--property", "hardness_vickers", "--model", listed["name"], "--json").json[
        "predictions"
    ]
    assert named == found
    assert quinary.predict("MoNbTaV", "hardness_vickers", db="quinary.db")["value"][0] == found["value"]
    assert "of the package" in quinary.predict("MoNbTaV", "hardness_vickers")["method"][0]  # no store was named
    assert "of the store quinary.db" in found["method"]
    assert "Known failures" in run("models", "show", listed["name"]).out
    assert run("models", "remove", listed["name"], "--json").json["removed"]["name"] == listed["name"]
    assert {one["place"] for one in run("models", "--json").json["models"]} == {"package"}


def test_the_store_is_learned_from_and_its_model_serves_it_first(run, own):
    assert run("import", own()).status == 0
    document = run("learn", "hardness_vickers", *QUICK, "--json").json
    assert document["store"] == "store"
    assert document["data_counter"] == 1
    again = run("learn", "hardness_vickers", *QUICK, "--json").json
    assert again["kept"]["name"] == document["kept"]["name"]
    (found,) = run("predict", "MoNbTaV", "--property", "hardness_vickers", "--json").json["predictions"]
    assert found["model"].startswith(document["kept"]["name"])
    ceramic = run("predict", "TiC", "--property", "hardness_vickers", "--json").json["predictions"][0]
    assert "learned" not in ceramic["method"]


def test_other_labels_and_the_learning_curve(run, own):
    """A second property, twice the first at the same alloys: the model is kept, and the answer says whether it helped."""
    path = own()
    lines = path.read_text(encoding="utf-8").splitlines()
    doubled = [f"{line},{2 * float(line.split(',')[1]):.4f}" for line in lines[1:]]
    path.write_text("\n".join([f"{lines[0]},yield strength (GPa)", *doubled]) + "\n", encoding="utf-8")
    document = run(
        "learn", "hardness_vickers", "--data", path, *QUICK, "--together", "yield_strength", "--curve", "--wanted", "0.1",
        "--json",
    ).json  # fmt: skip
    assert {"single_process", "joint_process", "corrected_process"} <= {m["model"] for m in document["models"]}
    assert [one["model"] for one in document["together"]] == ["joint_process", "corrected_process"]
    assert all(one["interval"][0] <= one["gain"] <= one["interval"][1] for one in document["together"])
    assert all("60 labels of yield_strength" in one["text"] and one["n_others"] == 60 for one in document["together"])
    assert any("learned together with 60 of 60 rows" in text for text in document["warnings"])
    assert document["card"]["together"] == (["yield_strength"] if document["chosen"] in FROM_OTHERS else [])
    extrapolation = document["learning_curve"]["extrapolation"]
    assert len(extrapolation["texts"]) == 1
    assert "rows" in extrapolation["texts"][0]
    (found,) = run("predict", "MoNbTaV", "--property", "hardness_vickers", "--json").json["predictions"]
    assert found["value"] == pytest.approx(3.5, abs=0.3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("learn", "hardness_vicker"), "did you mean hardness_vickers"),
        (("learn", "mixing_entropy"), "quinary describe"),
        (("learn", "hardness_vickers", "--group", "papers"), "did you mean paper"),
        (("learn", "hardness_vickers", "--models", "forest"), "random_forest"),
        (("learn", "hardness_vickers", "--descriptors", "aloy"), "did you mean alloy"),
        (("learn", "hardness_vickers", "--anion", "X"), "unknown anion"),
        (("learn", "hardness_vickers", "--budget", "0"), "more than zero"),
        (("learn", "hardness_vickers", "--anion", "C"), "see --anion"),
        (("learn", "vacancy_formation_energy"), "import a table that has it"),
        (("learn", "yield_strength", "--data", "own.csv"), "it has hardness_vickers"),
        (("learn", "hardness_vickers", "--data", "own.csv", "--together", "dft"), "no dft value"),
        (("learn", "hardness_vickers", "--data", "own.csv", "--together", "measured"), "already"),
        (("learn", "hardness_vickers", "--data", "own.csv", "--together", "hardnes"), "did you mean"),
        (("learn", "hardness_vickers", "--data", "own.csv", "--at", "load=9.8"), "leave out --at"),
        (("models", "show"), "name the model"),
        (("models", "show", "none"), "known: elongation, hardness_vickers"),
        (("models", "lst"), "did you mean list"),
        (("predict", "MoNb", "--property", "density", "--model", "nobody"), "unknown predictor"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(run, own, arguments, words):
    own()
    result = run(*arguments)
    assert result.status == 2
    assert words in result.message


def test_a_table_that_cannot_teach_is_refused_or_doubted(run, own):
    few = run("learn", "hardness_vickers", "--data", own(15), *QUICK)
    assert few.status == 2
    assert "at least 20 are needed" in few.message
    path = own(paper=lambda _: "10.1016/j.alloys.2015.01.001")
    one = run("learn", "hardness_vickers", "--data", path, *QUICK, "--json").json
    assert any("one paper" in text for text in one["warnings"])
    assert (
        "none can be held out by paper"
        in run("learn", "hardness_vickers", "--data", "own.csv", "--group", "paper", *QUICK).message
    )
