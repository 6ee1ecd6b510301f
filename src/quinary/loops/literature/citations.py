"""Looking up studies at Crossref: only when the user says so, politely, each answer kept as soon as it is there."""

from __future__ import annotations

import contextlib
import http.client
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

from quinary.errors import InputError, WorkError
from quinary.literature.crossref import StudyRecord, doi_in, parse_work, work_url
from quinary.progress import Progress, silent
from quinary.store.database import Database
from quinary.store.ranking import rank_anew
from quinary.store.studies import records_of, save_record, studies_in
from quinary.wording import counted

__all__ = ["CROSSREF", "FetchReport", "FetchSettings", "fetch_records", "judge_study"]

CROSSREF: Final = "https://api.crossref.org"
_MOST_BYTES: Final = 8_000_000  # a record with all its references has some 100 kB
_LONGEST_WAIT: Final = 60.0  # seconds that a server may ask for
_SECOND_HAND: Final = frozenset({"review", "compilation"})  # the kinds that change how points rank
_GIVE_UP_AFTER: Final = 3  # studies in a row that failed: it is the service, not the study
_FIRST_CONTACT: Final = 4.0  # seconds after which a host that never answered counts as not there
_FIRST_TRIES: Final = 2
_NOT_FOUND: Final = b"resource not found"  # what Crossref says of a DOI that it does not have
_MOST_OF_REFUSAL: Final = 10_000  # bytes
_COME_BACK: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How Crossref is asked. `mailto` makes us known to it, as it asks of those who want to be served well.

    `per_second` is the most requests a second, `timeout` seconds for connecting and for each pause in the answer,
    `tries` the attempts for a study, and `pause` the seconds before the second attempt, doubled before each further one.
    """

    mailto: str = ""
    base: str = CROSSREF
    per_second: float = 5.0
    timeout: float = 20.0
    tries: int = 4
    pause: float = 1.0

    def check(self) -> None:
        """See whether Crossref can be asked this way.

        Raises:
            InputError: the address or the mail address is none.
        """
        if not self.base.startswith(("http://", "https://")):
            raise InputError(f"{self.base!r} is not the address of a service: it must start with https://")
        local, at, domain = self.mailto.partition("@")
        if self.mailto and not (
            local and at and "." in domain and self.mailto.isprintable() and " " not in self.mailto
        ):
            raise InputError(f"{self.mailto!r} is not a mail address")


@dataclass(slots=True)
class FetchReport:
    """What came of asking: records fetched, DOIs that Crossref does not have, failures, points whose rank changed."""

    n_fetched: int = 0
    n_unknown: int = 0
    n_moved: int = 0
    failed: list[dict[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "fetched": self.n_fetched, "not_at_crossref": self.n_unknown, "points_ranked_anew": self.n_moved,
            "failed": self.failed,
        }  # fmt: skip


def fetch_records(
    database: Database,
    settings: FetchSettings,
    *,
    again: bool = False,
    limit: int | None = None,
    progress: Progress = silent,
) -> FetchReport:
    """Ask Crossref for the DOIs of the store that have no record yet (with `again` for all), the most used first.

    Each answer is one transaction: what came before an interruption or a failure stays. Where a study turns out to be a
    review or a compilation, its points are ranked anew at once.

    Raises:
        InputError: Crossref cannot be asked this way.
        WorkError: the service does not answer, or answers nonsense several times in a row; what came before is kept.
    """
    settings.check()
    with database.read() as connection:
        studies = studies_in(connection)
    asked = {doi: study.record for study in studies if (doi := doi_in(study.reference))}
    wanted = [doi for doi, record in asked.items() if again or record is None or _is_only_judged(record)][:limit]
    report, client = FetchReport(), _Client(settings)
    n_in_a_row = 0
    for number, doi in enumerate(wanted):
        progress("asking Crossref", number, len(wanted))
        try:
            record = client.record(doi)
        except WorkError as error:
            report.failed.append({"doi": doi, "reason": error.message})
            n_in_a_row += 1
            if not client.has_answered:
                raise WorkError(f"{error.message}; nothing was fetched, the store is as it was") from None
            if n_in_a_row == min(_GIVE_UP_AFTER, len(wanted)):
                raise WorkError(f"{error.message}; gave up, {_kept(report)}") from None
            continue
        n_in_a_row = 0
        _keep(database, record, report)
    return report


def _is_only_judged(record: StudyRecord) -> bool:
    """True if a person gave the kind before anybody asked Crossref."""
    return record.is_kind_by_person and not record.is_found


def _kept(report: FetchReport) -> str:
    n_kept = report.n_fetched + report.n_unknown
    return f"{counted(n_kept, 'record')} that came before {'is' if n_kept == 1 else 'are'} kept"


def _keep(database: Database, record: StudyRecord, report: FetchReport) -> None:
    """Store a record and rank its points; what a person said of the kind stays."""
    with database.write() as connection:
        older = records_of(connection, [record.doi]).get(record.doi)
        kept = record.judged(older.kind) if older is not None and older.is_kind_by_person else record
        save_record(connection, kept)
        if _SECOND_HAND & {kept.kind, older.kind if older is not None else ""}:
            report.n_moved += rank_anew(connection, {kept.doi: kept.kind})
    report.n_fetched += record.is_found
    report.n_unknown += not record.is_found


def judge_study(database: Database, reference: str, kind: str) -> int:
    """Note what kind of study a DOI is, by a person's word, which counts before Crossref's; number of points ranked anew.

    Raises:
        InputError: the reference is no DOI, no point cites it, or there is no such kind.
    """
    doi = doi_in(reference)
    if doi is None:
        raise InputError(f"{reference!r} is not a DOI such as 10.1016/j.actamat.2021.116800")
    with database.write() as connection:
        if doi not in {doi_in(study.reference) for study in studies_in(connection)}:
            raise InputError(f"no point of this store comes from {doi}")
        known = records_of(connection, [doi]).get(doi)
        record = (known or StudyRecord(doi, is_found=False)).judged(kind)
        save_record(connection, record)
        return rank_anew(connection, {doi: kind})


class _Client:
    """Asks one question after another, never faster than allowed, and again after a failure that may pass."""

    def __init__(self, settings: FetchSettings) -> None:
        self.settings = settings
        self.has_answered = self._was_asked = False
        self._free_at = 0.0
        contact = f"; mailto:{settings.mailto}" if settings.mailto else ""
        self._headers = {"User-Agent": f"Quinary/{version('quinary')} (materials data{contact})"}

    def record(self, doi: str) -> StudyRecord:
        """The record of a DOI, which says so if Crossref has none.

        A host that never answered is not waited for: one that cannot be connected to is asked once, a silent one twice.

        Raises:
            WorkError: no answer after all tries, or nonsense.
        """
        url = work_url(self.settings.base, doi, self.settings.mailto)
        wait = self.settings.pause
        for attempt in range(1, self.settings.tries + 1):
            try:
                return parse_work(self._get(url), doi)
            except urllib.error.HTTPError as error:
                with contextlib.closing(error):
                    if error.code == http.HTTPStatus.NOT_FOUND:
                        if _NOT_FOUND not in error.read(_MOST_OF_REFUSAL).lower():
                            base = self.settings.base
                            raise WorkError(
                                f"{base} answers, but not as Crossref does: is the address right?"
                            ) from None
                        return StudyRecord(doi, is_found=False, reason="Crossref has no such DOI")
                    reason = f"status {error.code}"
                    if error.code not in _COME_BACK:
                        raise WorkError(f"Crossref refuses to answer for {doi}: {reason}") from None
                    wait = max(wait, _asked_wait(error.headers.get("Retry-After")))
            except (OSError, http.client.HTTPException) as error:
                reason = _in_words(error)
                if not self.has_answered and isinstance(error, urllib.error.URLError):
                    host = urlsplit(self.settings.base).netloc
                    raise WorkError(f"{host} does not answer ({reason}): this machine may be offline") from None
            if attempt == (self.settings.tries if self.has_answered else min(_FIRST_TRIES, self.settings.tries)):
                break
            time.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
        raise WorkError(
            f"Crossref does not answer for {doi} ({reason}, {attempt} {'try' if attempt == 1 else 'tries'})"
        )

    def _get(self, url: str) -> bytes:
        time.sleep(max(0.0, self._free_at - time.monotonic()))
        self._free_at = time.monotonic() + 1 / self.settings.per_second
        request = urllib.request.Request(url, headers=self._headers)  # noqa: S310 - http(s) only, checked before
        timeout = self.settings.timeout if self._was_asked else min(_FIRST_CONTACT, self.settings.timeout)
        self._was_asked = True
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310
                self.has_answered = True
                return self._body(response)
        except urllib.error.HTTPError:
            self.has_answered = True
            raise

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        """All of an answer; one that comes in drops or without end is cut off."""
        give_up_at = time.monotonic() + 3 * self.settings.timeout
        body = bytearray()
        while part := response.read1(65_536):
            body += part
            if len(body) > _MOST_BYTES:
                raise WorkError(f"Crossref's answer is longer than {_MOST_BYTES} bytes")
            if time.monotonic() > give_up_at:
                raise TimeoutError("timed out")
        return bytes(body)


def _asked_wait(header: str | None) -> float:
    """The seconds that a server asks for in Retry-After; a date there is not waited for."""
    return min(float(header), _LONGEST_WAIT) if header is not None and header.isdecimal() else 0.0


def _in_words(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    if isinstance(reason, TimeoutError):
        return "timed out"
    return " ".join(str(getattr(reason, "strerror", None) or reason).split()).lower() or type(reason).__name__
