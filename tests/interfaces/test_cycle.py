"""The command cycle, as users and other programs call it."""

import pytest
from sqlalchemy import select, update

from quinary.errors import WorkError
from quinary.store.database import open_database
from quinary.store.schema import claim
from quinary.store.work.claims import claim as take


@pytest.mark.usefixtures("store")
def test_pause_resume_and_log(run):
    assert run("cycle", "pause", "--json").json["paused"]["by"]
    refused = run("cycle", "--once")
    assert refused.status == 1
    assert refused.message.startswith("the cycle is paused since ")
    assert run("cycle", "status", "--json").json["paused"]["since"]
    assert "paused since" in run("cycle", "status").out
    assert run("cycle", "resume", "--json").json == {"paused": None}
    assert run("cycle", "--once").status == 0
    kinds = [event["kind"] for event in run("cycle", "log", "--json").json["events"]]
    assert kinds == ["paused", "resumed", "planned", "worked"]
    assert "prediction: 2 materials" in run("cycle", "log").out


@pytest.mark.usefixtures("store")
def test_a_limit_leaves_the_rest_to_the_next_cycle(run):
    first = run("cycle", "--once", "--limit", "0", "--json").json
    assert first["did_nothing"]
    assert first["waiting"] == 2
    assert "2 materials still wait" in run("cycle", "--once", "--limit", "0").out
    assert run("cycle", "--once", "--priority", "0", "--json").json["waiting"] == 2
    status = run("cycle", "status", "--json").json
    assert (status["waiting"]["prediction"], status["items"]) == (2, {"prediction": 1})
    assert run("cycle", "--once", "--limit", "1", "--json").json["loops"][0]["materials"] == 1
    assert run("cycle", "--once", "--json").json["waiting"] == 0


@pytest.mark.usefixtures("store")
def test_work_in_the_hands_of_another_process_is_told_and_is_no_success(run):
    run("cycle", "--once", "--limit", "0")  # which plans
    with open_database(None) as database, database.write() as connection:
        (label,) = connection.execute(select(claim.c.version)).scalars()
        take(connection, {"prediction": label}, "elsewhere:1:ab")
    found = run("cycle", "--once", "--json")
    assert found.status == 1
    assert (found.json["did_nothing"], found.json["held"]["materials"]) == (True, 2)
    assert found.json["held"]["by"] == ["elsewhere:1"]
    assert 0 < found.json["held"]["seconds"] <= 120
    told = run("cycle", "--once")
    assert told.status == 1
    assert "2 materials are held by another process (elsewhere:1), until 20" in told.out
    assert "still wait" not in told.out
    with open_database(None) as database, database.write() as connection:
        connection.execute(update(claim).values(expires=claim.c.expires + 86_400))  # its clock was a day ahead
    done = run("cycle", "--once", "--json")
    assert (done.status, done.json["waiting"], done.json["held"]) == (0, 0, None)


def test_what_is_not_possible_has_not_failed_and_the_log_says_why(run, tmp_path):
    table = tmp_path / "noble.csv"
    table.write_text("formula,hardness (GPa)\nAlXe,1.0\nMoXe,1.0\nMoNb,2.0\n", encoding="utf-8")
    run("import", table)
    loop = run("cycle", "--once", "--json").json["loops"][0]
    assert (loop["materials"], loop["failed"]) == (3, 0)
    found = run("cycle", "log", "--json").json
    assert sum(entry["values"] for entry in found["not_possible"]) == loop["not_possible"] == 22
    assert {entry["reason"] for entry in found["not_possible"]} == {"no elemental value for Xe"}
    assert all(entry["materials"] == 2 for entry in found["not_possible"])
    said = run("cycle", "log").out
    assert "0 failed, 22 not possible" in said
    assert "22 wanted values not possible" in said
    assert run("cycle", "status", "--json").json["failures"] == []


@pytest.mark.usefixtures("store")
def test_a_watch_with_a_budget_says_on_stderr_what_it_does(run):
    found = run("cycle", "--watch", "--budget", "0.2", "--interval", "0.05", "--json")
    assert found.status == 0
    assert found.json["loops"][0]["materials"] == 2
    assert [line.split()[1] for line in found.err.splitlines()] == ["watching", "planned", "worked", "stopped"]


@pytest.mark.usefixtures("store")
def test_nothing_failed_and_nothing_is_retried(run):
    assert run("cycle", "retry", "--json").json == {"retried": 0}
    assert run("cycle", "retry", "validation", "1-000000001").out.startswith("0 failed pieces")


@pytest.mark.usefixtures("store")
def test_status_and_log_explain_what_failed(run, monkeypatch):
    def compute(_self, _loaded):
        raise WorkError("the tables are gone")

    with monkeypatch.context() as patch:
        patch.setattr("quinary.loops.prediction.PredictionWork.compute", compute)
        assert run("cycle", "--once").status == 0
        (entry,) = run("cycle", "status", "--json").json["failures"]
        assert entry["what"] == "prediction of 2 materials, the first MoNbTaW"
        assert (entry["attempts"], entry["attempts_allowed"], entry["reason"]) == (1, 5, "the tables are gone")
        assert 0 < entry["retry_in_seconds"] <= 30
        assert entry["next"].endswith("s or later tries it again")
        said = run("cycle", "status").out
        for words in ("tried 1 of 5 times", "why: the tables are gone", f"at once with `{entry['command']}`"):
            assert words in said
        assert entry["command"] in run("cycle", "log").out
        for attempt in range(2, 6):
            assert run(*entry["command"].split()[1:], "--json").json == {"retried": 1}
            with open_database(None) as database, database.write() as connection:
                connection.execute(update(claim).values(attempts=attempt - 1))
            assert run("cycle", "--once").status == 0
        assert "it rests after 5 attempts" in run("cycle", "status").out
    run("cycle", "retry")
    assert run("cycle", "--once", "--json").json["waiting"] == 0
    assert run("cycle", "status", "--json").json["failures"] == []


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "cycle --once"),
        (("--once", "--watch"), "cycle --once"),
        (("status", "--once"), "cycle --once"),
        (("status", "validation"), "one too many"),
        (("--once", "--workers", "many"), "cannot read --workers 'many'"),
        (("--once", "--workers", "dask:0"), "say how many"),
        (("--once", "--budget", "-1"), "more than zero seconds"),
        (("--once", "--budget", "nan"), "more than zero seconds"),
        (("--watch", "--interval", "0"), "more than zero seconds"),
        (("--once", "--limit", "-1"), "--limit"),
        (("--once", "--table", "mine"), "unknown elemental table"),
        (("--once", "--tdb", "none.tdb"), "none.tdb does not exist"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_changed(run, arguments, words):
    before = run("cycle", "status", "--json").json
    found = run("cycle", *arguments)
    assert found.status == 2
    assert words in found.message
    assert run("cycle", "status", "--json").json == before
