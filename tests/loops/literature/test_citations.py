"""Asking a Crossref of our own on this machine: polite, patient, and nothing lost when it fails."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from sqlalchemy import select

from quinary.chemistry.composition import Composition
from quinary.errors import InputError, WorkError
from quinary.loops.literature.citations import FetchSettings, fetch_records, judge_study
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.cells import cell_values, rebuild_cells
from quinary.store.database import open_database
from quinary.store.queries import find_materials
from quinary.store.schema import cell
from quinary.store.studies import records_of, studies_in
from quinary.store.writing import PointWriter

ORIGINAL, REVIEW, LOST, MORE = "10.1000/Original", "10.1000/review", "10.1000/lost", "10.1000/more"


def record(doi, title, **more):
    return {"DOI": doi, "type": "journal-article", "title": [title], "issued": {"date-parts": [[2015]]}, **more}


WORKS = {
    "10.1000/original": record("10.1000/original", "Hardness of MoNbTaW"),
    "10.1000/review": record("10.1000/review", "A review of refractory alloys"),
}


class Crossref:
    """A server whose next answers can be told: a status, bytes, seconds to wait, or (None) the record."""

    def __init__(self):
        self.told, self.asked, self.agents = [], [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((time.monotonic(), self.path))
                outer.agents.append(self.headers["User-Agent"])
                outer.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, handler):
        told = self.told.pop(0) if self.told else None
        doi = unquote(urlsplit(handler.path).path.removeprefix("/works/"))
        status, body = 200, b""
        if isinstance(told, float):
            time.sleep(told)
        if isinstance(told, int):
            status = told
        elif isinstance(told, bytes):
            body = told
        elif doi in WORKS:
            body = json.dumps({"status": "ok", "message": WORKS[doi]}).encode()
        else:
            status, body = 404, b"Resource not found."
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def crossref():
    server = Crossref()
    yield server
    server.close()


@pytest.fixture
def asking(crossref):
    return FetchSettings("me@lab.org", crossref.url, per_second=200.0, timeout=0.4, tries=3, pause=0.01)


def hardness(value, doi, kind="original"):
    thing = Material(Composition.of("MoNbTaW"))
    source = Source(f"table of {doi}", kind, "CC0-1.0")
    return DataPoint(
        thing, "hardness_vickers", Value.number(value), Method.MEASURED, Origin.LITERATURE, source, doi=doi
    )


@pytest.fixture
def store(tmp_path):
    """An original study, then a review, as nobody knows yet: the review was entered last and stands."""
    with open_database(f"sqlite:///{tmp_path / 's.db'}") as database:
        with database.write() as connection:
            PointWriter(connection).add(
                [
                    hardness(4.0, ORIGINAL),
                    hardness(5.0, REVIEW),
                    hardness(4.5, LOST, "compilation"),
                    hardness(4.4, MORE, "review"),
                ]
            )
        yield database


def standing(database):
    with database.read() as connection:
        (found,) = cell_values(connection, ["hardness_vickers"], origin="literature").values()
        kept = {(row.material_id, row.property, row.point_id, row.rank) for row in connection.execute(select(cell))}
        anew = {(r["material_id"], r["property"], r["point_id"], r["rank"]) for r in rebuild_cells(connection)}
    assert kept == anew
    return found["hardness_vickers"]


def test_a_review_steps_back_once_it_is_known(store, crossref, asking):
    assert standing(store) == 5.0
    before = store.counter()
    report = fetch_records(store, asking)
    assert (report.n_fetched, report.n_unknown, report.failed, report.n_moved) == (2, 2, [], 1)
    assert standing(store) == 4.0
    with store.read() as connection:
        kinds = {study.reference: study.record.kind for study in studies_in(connection)}
        assert find_materials(connection)[0].change > before
    assert kinds == {"10.1000/original": "original", "10.1000/review": "review", "10.1000/lost": "", "10.1000/more": ""}
    paths = [urlsplit(path) for _, path in crossref.asked]
    assert all(parse_qs(path.query) == {"mailto": ["me@lab.org"]} for path in paths)
    assert all("Quinary/" in agent and "mailto:me@lab.org" in agent for agent in crossref.agents)


def test_points_that_come_later_are_ranked_by_what_is_known(store, asking):
    fetch_records(store, asking)
    with store.write() as connection:
        PointWriter(connection).add([hardness(6.0, REVIEW.upper())])
    assert standing(store) == 4.0


def test_nothing_is_asked_twice_unless_told(store, crossref, asking):
    fetch_records(store, asking)
    assert fetch_records(store, asking).as_dict()["fetched"] == 0
    assert len(crossref.asked) == 4
    fetch_records(store, asking, again=True, limit=1)
    assert len(crossref.asked) == 5


def test_what_passes_is_tried_again(store, crossref, asking):
    crossref.told = [503, 429, None, 1.0, None]
    report = fetch_records(store, asking)
    assert (report.n_fetched, report.n_unknown, report.failed) == (2, 2, [])
    assert len(crossref.asked) == 7


def test_requests_keep_their_distance(store, crossref):
    fetch_records(store, FetchSettings(base=crossref.url, per_second=10.0))
    times = [when for when, _ in crossref.asked]
    assert all(later - earlier > 0.09 for earlier, later in pairwise(times))


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ([0.8] * 9, "does not answer.*timed out, 3 tries"),
        ([500] * 9, "does not answer.*status 500"),
        ([b"<html>"] * 9, "is not JSON"),
        ([403] * 9, "refuses to answer.*403"),
    ],
)
def test_a_service_that_fails_is_one_line_and_what_came_is_kept(store, crossref, asking, told, problem):
    crossref.told = [None, *told]
    with pytest.raises(WorkError, match=problem) as failed:
        fetch_records(store, asking)
    assert failed.value.message.endswith("gave up, 1 record that came before is kept")
    with store.read() as connection:
        assert sum(study.record is not None for study in studies_in(connection)) == 1
    assert standing(store) == 5.0


def test_one_bad_answer_does_not_stop_the_rest(store, crossref, asking):
    crossref.told = [b"nonsense"]
    report = fetch_records(store, asking)
    assert [row["reason"] for row in report.failed] == [f"Crossref's answer for {report.failed[0]['doi']} is not JSON"]
    assert report.n_fetched + report.n_unknown == 3
    assert fetch_records(store, asking).failed == []


def test_a_service_that_is_not_there(store):
    with pytest.raises(WorkError, match=r"does not answer.*refused"):
        fetch_records(store, FetchSettings(base="http://127.0.0.1:9", tries=1))


def test_a_host_that_cannot_be_reached_is_asked_once_and_changes_nothing(store):
    before, start = store.counter(), time.monotonic()
    with pytest.raises(WorkError, match=r"no-such-host.invalid does not answer .*offline.*as it was"):
        fetch_records(store, FetchSettings(base="https://no-such-host.invalid"))
    assert time.monotonic() - start < 5.0
    assert store.counter() == before


def test_a_server_that_is_not_crossref_does_not_make_dois_unknown(store, crossref, asking):
    crossref.told = [404] * 9
    with pytest.raises(WorkError, match="not as Crossref does"):
        fetch_records(store, asking)
    with store.read() as connection:
        assert not any(study.record for study in studies_in(connection))


def test_a_host_that_never_says_a_word_is_asked_twice(store, crossref, asking):
    crossref.told = [0.8] * 9
    with pytest.raises(WorkError, match=r"timed out, 2 tries.*nothing was fetched"):
        fetch_records(store, asking)
    assert len(crossref.asked) == 2


@pytest.mark.parametrize("settings", [FetchSettings(base="file:///etc/passwd"), FetchSettings(mailto="nobody")])
def test_settings_that_cannot_be_used(store, settings):
    with pytest.raises(InputError):
        fetch_records(store, settings)


def test_a_persons_word_counts_before_crossrefs(store, asking):
    assert judge_study(store, f"https://doi.org/{ORIGINAL}", "compilation") == 1
    assert standing(store) == 5.0
    fetch_records(store, asking)
    with store.read() as connection:
        known = records_of(connection, [ORIGINAL])[ORIGINAL]
    assert (known.kind, known.title) == ("compilation", "Hardness of MoNbTaW")
    assert judge_study(store, ORIGINAL, "original") == 1
    assert standing(store) == 4.0
    for reference, kind in (("Senkov_2010_Alloys", "review"), ("10.1000/nowhere", "review"), (ORIGINAL, "books")):
        with pytest.raises(InputError):
            judge_study(store, reference, kind)
