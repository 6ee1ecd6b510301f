"""Crossref records of studies: from the answer of its REST API to title, authors, year, journal, licence and kind.

The kind says how close a study stands to the measurement: original, review or compilation. Crossref has no type for
reviews, so that it is inferred from the type of record, the journal and the title, and the reason is kept. No network here.
API: https://api.crossref.org (route /works/{doi}); types: https://api.crossref.org/types.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from quinary.errors import WorkError, unknown_name

__all__ = ["KINDS", "StudyRecord", "doi_in", "parse_work", "record_from_json", "work_url"]

KINDS: Final = ("original", "review", "compilation")

_DOI = re.compile(r"^10\.\d{4,9}(?:\.\d+)*/\S+$")
_PREFIX = re.compile(r"^(?:https?://)?(?:dx\.)?(?:www\.)?doi(?:\.org/|:)\s*", re.IGNORECASE)
_MARKUP = re.compile(r"<[^>]*>")
_CREATIVE_COMMONS = re.compile(r"creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/(\d\.\d)", re.IGNORECASE)

_COMPILED: Final = frozenset({"dataset", "database", "reference-book", "reference-entry"})
_PAPERS: Final = frozenset({"journal-article", "proceedings-article", "dissertation", "posted-content", "report"})
_DATA_JOURNALS: Final = frozenset(
    {
        "data in brief",
        "scientific data",
        "data",
        "journal of physical and chemical reference data",
        "geoscience data journal",
    }
)
_REVIEW_JOURNALS = re.compile(
    r"\breviews\b|^annual review|^current opinion in|^materials science and engineering:? r\b|^surface science reports$"
    r"|^progress in (?:materials science|solid state chemistry|crystal growth|surface science)",
    re.IGNORECASE,
)
_REVIEW_TITLE = re.compile(
    r"\b(?:a|critical|brief|short|comprehensive|state-of-the-art|topical|mini|recent)[ -]+reviews?\b|\breview (?:of|on)\b"
    r"|^review\b|[:.–—-]\s*(?:an? )?(?:over)?review\b|\ban overview\b|\boverview of\b|\brecent progress\b"
    r"|\brecent advances\b|\bperspectives?\b|\bcritical assessment\b",
    re.IGNORECASE,
)
_DATA_TITLE = re.compile(
    r"\bdata ?(?:set|base)s? (?:of|for|on|containing|covering)\b|^an? (?:[\w-]+ )*data ?(?:set|base)\b|\bcompilation of\b"
    r"|\bdata collection\b|\bhandbook\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StudyRecord:
    """What is known of a study. `kind` is original, review, compilation, or empty where nobody can say; `reason` says why.

    `is_found` is false for a DOI that Crossref does not have (data sets are often registered elsewhere).
    """

    doi: str
    is_found: bool = True
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    journal: str = ""
    type: str = ""
    kind: str = ""
    reason: str = ""
    licence: str = ""
    is_kind_by_person: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The record as JSON holds it."""
        return {**asdict(self), "authors": list(self.authors)}

    def judged(self, kind: str) -> StudyRecord:
        """The record with the kind that a person gave.

        Raises:
            InputError: there is no such kind.
        """
        if kind not in KINDS:
            raise unknown_name("kind of study", kind, KINDS)
        given = {**asdict(self), "kind": kind, "reason": "a person said so", "is_kind_by_person": True}
        return StudyRecord(**given)


def record_from_json(text: str) -> StudyRecord:
    """The record that `as_dict` wrote."""
    stored = json.loads(text)
    return StudyRecord(**{**stored, "authors": tuple(stored["authors"])})


def doi_in(reference: str) -> str | None:
    """The DOI that a reference is, in lower case and without an address, or None if it is none."""
    bare = _PREFIX.sub("", reference.strip()).rstrip(".,;").lower()
    return bare if _DOI.match(bare) else None


def work_url(base: str, doi: str, mailto: str = "") -> str:
    """The address that answers with the record of a DOI; `mailto` tells Crossref whom to write to if we are a burden."""
    query = f"?{urlencode({'mailto': mailto})}" if mailto else ""
    return f"{base.rstrip('/')}/works/{quote(doi, safe='')}{query}"


def parse_work(answer: bytes, doi: str) -> StudyRecord:
    """The record in an answer of Crossref for this DOI.

    Raises:
        WorkError: the answer is not JSON, not a record, or that of another DOI.
    """
    try:
        document = json.loads(answer)
    except ValueError:
        raise WorkError(f"Crossref's answer for {doi} is not JSON") from None
    message = document.get("message") if isinstance(document, dict) else None
    if not isinstance(message, dict) or not isinstance(message.get("DOI"), str):
        raise WorkError(f"Crossref's answer for {doi} is not the record of a work")
    if message["DOI"].lower() != doi:
        raise WorkError(f"Crossref answered with {message['DOI']} when asked for {doi}")
    title, journal = _first(message, "title"), _first(message, "container-title")
    kind_of_record = message["type"] if isinstance(message.get("type"), str) else ""
    kind, reason = _kind(kind_of_record, journal, " ".join((title, _first(message, "subtitle"))).strip())
    return StudyRecord(
        doi=doi, title=title, authors=_authors(message.get("author")), year=_year(message), journal=journal,
        type=kind_of_record, kind=kind, reason=reason, licence=_licence(message.get("license")),
    )  # fmt: skip


def _first(message: Mapping[str, Any], field: str) -> str:
    """The first text of a list, without markup and line breaks."""
    texts = message.get(field)
    found = next((text for text in texts if isinstance(text, str)), "") if isinstance(texts, list) else ""
    return " ".join(html.unescape(_MARKUP.sub("", found)).split())


def _authors(given: Any) -> tuple[str, ...]:
    people = [entry for entry in given if isinstance(entry, dict)] if isinstance(given, list) else []
    parts = [[entry[key] for key in ("given", "family", "name") if isinstance(entry.get(key), str)] for entry in people]
    return tuple(" ".join(" ".join(part).split()) for part in parts if part)


def _year(message: Mapping[str, Any]) -> int | None:
    """The year of the issue, else of the first publication."""
    for field in ("published-print", "issued", "published", "published-online", "created"):
        entry = message.get(field)
        dates = entry.get("date-parts") if isinstance(entry, dict) else None
        year = dates[0][0] if isinstance(dates, list) and dates and isinstance(dates[0], list) and dates[0] else None
        if isinstance(year, int) and not isinstance(year, bool):
            return year
    return None


def _licence(given: Any) -> str:
    """The licence of the version of record if it is stated, else any stated; a Creative Commons address by its name."""
    entries = (
        [e for e in given if isinstance(e, dict) and isinstance(e.get("URL"), str)] if isinstance(given, list) else []
    )
    order = {"vor": 0, "unspecified": 1, "am": 2}
    entries.sort(key=lambda entry: order.get(str(entry.get("content-version")), 3))
    named = [name for entry in entries if (name := _creative_commons(entry["URL"]))]
    return next(iter(named), entries[0]["URL"] if entries else "")


def _creative_commons(url: str) -> str:
    found = _CREATIVE_COMMONS.search(url)
    if found is None:
        return ""
    family, name, version = found.groups()
    return f"CC0-{version}" if family.lower() == "publicdomain" else f"CC-{name.upper()}-{version}"


def _kind(type_of_record: str, journal: str, title: str) -> tuple[str, str]:
    """(kind, why): the first rule that holds."""
    rules = (
        (type_of_record in _COMPILED, "compilation", f"Crossref's type is {type_of_record}"),
        (journal.lower() in _DATA_JOURNALS, "compilation", f"{journal} publishes data sets"),
        (_REVIEW_JOURNALS.search(journal), "review", f"{journal} publishes reviews"),
        (_REVIEW_TITLE.search(title), "review", "the title says so"),
        (_DATA_TITLE.search(title), "compilation", "the title says so"),
        (type_of_record in _PAPERS, "original", f"a {type_of_record}, and nothing says review or data set"),
        (True, "", f"Crossref's type {type_of_record or '(none)'} says nothing of it"),
    )
    return next((kind, reason) for holds, kind, reason in rules if holds)
