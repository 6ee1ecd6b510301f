"""Views, ranked voids and sources as commands."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

import quinary

VIEWS = ["all", "curated", "aggregated", "structural", "compositional", "source"]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_listed_shown_and_exported(run, folder, view):
    listed = run("materials", "--view", view, "--json").json
    assert (listed["view"], listed["total"], len(listed["materials"])) == (view, 2, 2)
    shown = run("show", "NbMoTaW", "--view", view, "--json").json
    (document,) = shown["materials"]
    assert document["n_points"] == 3
    inside = document["values"] if "values" in document else document["points"]
    assert {entry["property"] for entry in inside} == {"hardness_vickers", "yield_strength", "phases"}
    assert "MoNbTaW" in run("show", "MoNbTaW", "--view", view).out
    for name in ("v.csv", "v.jsonl", "v.parquet"):
        assert run("export", name, "--view", view, "--json").json["points"] == 6
    rows = [json.loads(line) for line in (folder / "v.jsonl").read_text().splitlines()]
    assert {row["formula"] for row in rows} == {"MoNbTaW", "HfNbTaTiZr"}
    with quinary.open("sqlite:///quinary.db") as database:
        table = quinary.view(database, view, formula="MoNbTaW")
        assert len(table) == 3
        assert len(quinary.view(database, view, elements=["Hf"], origin="literature")) == 3


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("materials", "--view", "agregated"), "did you mean aggregated"),
        (("show", "MoNbTaW", "--view", "x"), "unknown view"),
        (("show", "MoNb", "--view", "all"), "holds nothing"),
        (("materials", "--view", "all", "--elements", "Xx"), "unknown element"),
        (("export", "a.jsonl", "--format", "optimade", "--view", "source"), "written as a table"),
        (("sources", "--kind", "10.1000/x"), "DOI=review"),
        (("sources", "--kind", "10.1000/x=review"), "no point of this store"),
        (("sources", "--again"), "--fetch"),
        (("sources", "--fetch", "--mailto", "me"), "mail address"),
    ],
)
def test_what_cannot_be_done_is_one_line(run, arguments, words):
    found = run(*arguments)
    assert found.status == 2
    assert words in found.message


@pytest.mark.usefixtures("store")
def test_the_curated_view_leaves_out_what_was_refused(run):
    from sqlalchemy import select

    from quinary.curation.decisions import decide
    from quinary.store.schema import finding, point

    with quinary.open("sqlite:///quinary.db") as database:
        with database.write() as connection:
            chosen = connection.execute(select(point).where(point.c.property == "hardness_vickers")).mappings().first()
            row = {
                "key": "abc", "detector": "units", "version": "1", "severity": "warning", "source": "alloys.csv", "line": 2,
                "material_id": chosen["material_id"], "point_id": chosen["id"], "evidence": "", "repair": "null", "change": 1,
            }  # fmt: skip
            connection.execute(finding.insert().values(row))
        decide(database, "abc", "accept", "me")
    for view, n_points in (("all", 3), ("curated", 2), ("aggregated", 2), ("compositional", 2), ("source", 2)):
        assert run("show", "MoNbTaW", "--view", view, "--json").json["materials"][0]["n_points"] == n_points
    assert run("export", "c.csv", "--view", "curated", "--json").json["points"] == 5


@pytest.mark.usefixtures("store")
def test_voids_say_what_to_measure_next_and_why(run, folder):
    found = run("voids", "--limit", "3", "--json").json
    assert len(found["voids"]) == 3
    assert all(row["loop"] == "literature" and row["reason"].startswith("priority 2") for row in found["voids"])
    shown = run("voids", "--loop", "literature", "--limit", "1", "--sheet", "wanted.csv").out
    assert "What to fill next, and why" in shown
    assert "wanted of every" in shown.replace("\n", " ")
    rows = (folder / "wanted.csv").read_text(encoding="utf-8").splitlines()
    first = found["voids"][0]
    assert len(rows) == 2
    assert rows[1].startswith(first["formula"])
    assert first["property"] in rows[1]
    everything = run("voids", "--loop", "literature", "--sheet", "wanted.csv", "--json").json
    assert everything["sheet_rows"] == everything["total"] > 3
    (folder / "mine.toml").write_text(
        '[class."with W"]\nelements = { all = ["W"] }\n'
        '[[want]]\norigin = "literature"\nclass = "with W"\nproperties = ["density", "hardness_vickers"]\n'
    )
    mine = run("voids", "--policy", "mine.toml", "--json").json
    assert [(row["formula"], row["property"], row["class"]) for row in mine["voids"]] == [
        ("MoNbTaW", "density", "with W")
    ]
    filled = run("voids", "--policy", "mine.toml", "--filled", "--json").json
    assert [row["filled_by"] for row in filled["filled"]] == ["10.1016/j.intermet.2010.05.014 (measured)"]
    assert "filled by" in run("voids", "--filled").out
    (folder / "mine.toml").write_text('[[want]]\norigin = "literature"\nproperties = ["densty"]\n')
    assert "mine.toml: [[want]] 1: unknown property 'densty'" in run("voids", "--policy", "mine.toml").message


class _Crossref(BaseHTTPRequestHandler):
    """Knows one study."""

    def do_GET(self):
        is_known = "intermet" in self.path
        work = {"DOI": "10.1016/j.intermet.2010.05.014", "type": "journal-article", "title": ["Refractory alloys"]}
        body = json.dumps({"message": work}).encode()
        self.send_response(200 if is_known else 404)
        self.end_headers()
        self.wfile.write(body if is_known else b"Resource not found.")

    def log_message(self, *_):
        pass


@pytest.fixture
def crossref():
    server = HTTPServer(("127.0.0.1", 0), _Crossref)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.usefixtures("store")
def test_sources_are_looked_up_only_when_told(run, crossref):
    first = run("sources", "--json").json
    assert (first["total"], first["looked_up"], first["fetch"]) == (2, 0, None)
    found = run("sources", "--fetch", "--crossref", crossref, "--mailto", "me@lab.org", "--json").json
    assert found["fetch"] == {"fetched": 1, "not_at_crossref": 1, "points_ranked_anew": 0, "failed": []}
    known = {row["doi"]: (row["kind"], row["title"], row["is_found"]) for row in found["sources"]}
    assert known["10.1016/j.intermet.2010.05.014"] == ("original", "Refractory alloys", True)
    assert known["10.1016/j.jallcom.2011.02.171"] == ("", "", False)
    judged = run("sources", "--kind", "10.1016/j.intermet.2010.05.014=review", "--json").json
    assert judged["points_ranked_anew"] == 3
    assert "review" in run("sources").out


@pytest.mark.usefixtures("store")
def test_a_service_that_is_not_there_is_one_line(run):
    before = run("sources", "--json").json
    found = run("sources", "--fetch", "--crossref", "ftp://x")
    assert (found.status, "must start with https" in found.message) == (2, True)
    assert run("sources", "--json").json == before
