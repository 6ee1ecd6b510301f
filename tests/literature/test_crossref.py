"""Records from answers of Crossref; the answers are written by hand in the shape that its API documents."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError, WorkError
from quinary.literature.crossref import StudyRecord, doi_in, parse_work, record_from_json, work_url

DOI = "10.1000/one"


def answer(**message):
    return json.dumps({"status": "ok", "message-type": "work", "message": {"DOI": DOI, **message}}).encode()


FULL = answer(
    type="journal-article",
    title=["Strength of <i>refractory</i>\n alloys &amp; more"],
    author=[{"given": "Ada", "family": "First", "sequence": "first"}, {"name": "The Alloy Group"}, {"ORCID": "x"}],
    issued={"date-parts": [[2018, 4]]},
    license=[
        {"URL": "https://www.elsevier.com/tdm/userlicense/1.0/", "content-version": "tdm"},
        {"URL": "http://creativecommons.org/licenses/by-nc-nd/4.0/", "content-version": "vor"},
    ],
    **{"container-title": ["Acta Materialia"]},
)


def test_a_full_record():
    record = parse_work(FULL, DOI)
    assert record.title == "Strength of refractory alloys & more"
    assert record.authors == ("Ada First", "The Alloy Group")
    assert (record.year, record.journal, record.licence) == (2018, "Acta Materialia", "CC-BY-NC-ND-4.0")
    assert (record.kind, record.type, record.is_found) == ("original", "journal-article", True)
    assert record_from_json(json.dumps(record.as_dict())) == record


def test_an_empty_record_says_nothing():
    record = parse_work(answer(), DOI)
    assert record == StudyRecord(DOI, reason="Crossref's type (none) says nothing of it")


@pytest.mark.parametrize(
    ("type_of_record", "journal", "title", "kind"),
    [
        ("journal-article", "Acta Materialia", "Hardness of MoNbTaW", "original"),
        ("journal-article", "Physical Review B", "Elastic constants of NbTiZr", "original"),
        ("journal-article", "Progress in Natural Science: Materials International", "NbMoTaW films", "original"),
        ("journal-article", "Review of Scientific Instruments", "An indenter", "original"),
        ("journal-article", "Acta Materialia", "Preview of phases by CALPHAD database development", "original"),
        ("proceedings-article", "Some Conference", "Creep of HfNbTaTiZr", "original"),
        ("journal-article", "Progress in Materials Science", "Microstructures and properties of alloys", "review"),
        ("journal-article", "International Materials Reviews", "High-entropy alloys", "review"),
        ("journal-article", "Acta Materialia", "A critical review of high-entropy alloys", "review"),
        ("journal-article", "JOM", "High-entropy ceramics: an overview", "review"),
        ("journal-article", "Scientific Data", "Expanded mechanical properties of alloys", "compilation"),
        ("journal-article", "Intermetallics", "Database of mechanical properties of alloys", "compilation"),
        ("dataset", "", "Alloys", "compilation"),
        ("grant", "", "Money", ""),
    ],
)
def test_the_kind_of_a_study(type_of_record, journal, title, kind):
    record = parse_work(answer(type=type_of_record, title=[title], **{"container-title": [journal]}), DOI)
    assert record.kind == kind
    assert record.reason


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<html>Bad gateway</html>", "not JSON"),
        (b"", "not JSON"),
        (b"\xff\xfe\xff", "not JSON"),
        (b"[]", "not the record"),
        (b'{"message": "Resource not found."}', "not the record"),
        (b'{"message": {"DOI": 5}}', "not the record"),
        (b'{"message": {"DOI": "10.1000/other"}}', "answered with 10.1000/other when asked for 10.1000/one"),
    ],
)
def test_nonsense_is_refused(body, problem):
    with pytest.raises(WorkError, match=problem):
        parse_work(body, DOI)


fields = st.sampled_from(["title", "author", "issued", "license", "container-title", "type", "subtitle", "published"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["date-parts", "URL", "given", "family", "content-version"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(fields, anything))
def test_a_field_of_an_unexpected_shape_breaks_nothing(message):
    record = parse_work(answer(**message), DOI)
    assert record_from_json(json.dumps(record.as_dict())) == record


def test_what_a_doi_is():
    assert doi_in("https://doi.org/10.1016/J.ACTAMAT.2013.06.018.") == "10.1016/j.actamat.2013.06.018"
    assert doi_in("Senkov_2010_RefractoryHigh") is None
    assert doi_in("") is None
    assert work_url("https://x.org/", "10.1/a(b)<c>", "me@lab.org").endswith(
        "/works/10.1%2Fa%28b%29%3Cc%3E?mailto=me%40lab.org"
    )


def test_a_person_may_say_what_a_study_is():
    judged = parse_work(FULL, DOI).judged("review")
    assert (judged.kind, judged.is_kind_by_person, judged.title) == (
        "review",
        True,
        "Strength of refractory alloys & more",
    )
    with pytest.raises(InputError, match="unknown kind of study 'reviews'; did you mean review"):
        judged.judged("reviews")
