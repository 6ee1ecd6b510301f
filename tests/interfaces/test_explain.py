"""`quinary explain` and `quinary clusters` on a small table of one's own."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from quinary.interfaces.cli.main import app


@pytest.fixture
def own_table(tmp_path):
    random = np.random.default_rng(0)
    lines = ["formula,shear modulus (GPa)"]
    for number in range(50):
        symbols = random.permutation(["Cr", "Mo", "Nb", "Ta", "Ti", "V"])[:3]
        shares = random.dirichlet([4, 4, 4]).round(3)
        formula = "".join(f"{s}{x}" for s, x in zip(symbols, shares, strict=True))
        lines.append(
            f"{formula},{40 + 80 * sum(x for s, x in zip(symbols, shares, strict=True) if s == 'Mo') + number % 3}"
        )
    path = tmp_path / "own.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(*arguments):
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.stdout


def test_explain_answers_in_json_and_writes_its_page(own_table, tmp_path):
    out = tmp_path / "why"
    found = json.loads(
        run("explain", "shear_modulus", "--data", own_table, "--model", "ridge", "--descriptors", "fractions",
            "--formula-terms", 1, "--out", out, "--json")
    )  # fmt: skip
    assert found["mae"]["model"] < found["mae"]["mean"]
    assert found["importance"]["permutation"][0]["features"] == ["fraction_Mo"]
    assert found["importance"]["shapley"][0]["features"] == ["fraction_Mo"]
    assert found["elements"][0]["element"] == "Mo" and found["elements"][0]["change"] > 0
    assert "fraction_Mo" in found["formula"]["text"] and found["formula"]["stability"]["verdict"] == "stable"
    assert found["mixing_law"]["law"] and found["warnings"]
    assert found["mixing_law"]["mae"] < found["mae"]["mean"] and found["formula"]["mae"] < found["mae"]["median"]
    page = (out / "explanation.html").read_text(encoding="utf-8")
    assert "percentile_10" in found["partial_dependence"][0] and "Mixing law" in page
    assert "Partial dependence on fraction_Mo" in page and "https://" not in page.partition("<script")[0]


def test_clusters_answers_in_json_and_draws(own_table, tmp_path):
    picture = tmp_path / "map.html"
    found = json.loads(run("clusters", "shear_modulus", "--data", own_table, "--voids", 2, "--out", picture, "--json"))
    assert len(found["labels"]) == found["rows"] == len(found["formulas"])
    assert sum(group["size"] for group in found["groups"]) <= found["rows"]
    assert len(found["voids"]) == 2 and all(void["formula"] for void in found["voids"])
    assert "group 1" in picture.read_text(encoding="utf-8")
    assert "Groups" in run("clusters", "shear_modulus", "--data", own_table, "--voids", 0)
